#pragma once

// The form of a record: sections of lines of fields. Every field a person fills stands in it once.

#include "kernel/definitions/reader.h"

namespace definitions {

// Appends the sections of `form:`. Without one, a base record gets one field a line, and the new
// fields of an addition get a section of their own.
void read_form(const MapReader&, Record&);

}  // namespace definitions
