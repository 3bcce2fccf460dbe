#pragma once

// Workflows, from YAML, with every check that needs only the file itself. What names fields, roles
// and other records is left in `Loading` for the checker.

#include <optional>

#include "kernel/definitions/reader.h"

namespace definitions {

// Nothing when the file does not even name its workflow and record.
std::optional<Workflow> read_workflow(Loading&, const std::string& file, const YamlNode&, const std::string& system);

// The shape of the workflow: unknown and unreachable states, states without a way out, actions that
// nobody may do, deadlines and rounds that nothing begins.
void check_workflow_shape(const MapReader&, const Workflow&);

}  // namespace definitions
