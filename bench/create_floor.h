#pragma once

// The floor under "create a record": the statements of real creates with their values, recorded once
// from the store, then run again by as many threads as there are clients, in the groups that the
// writer makes of them, without HTTP, rules and JSON.

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"

namespace bench {

// Durable creates per second. The installation is not served meanwhile and stays as it is; the two
// databases needed are made in `folder`.
double create_floor(const std::filesystem::path& installation, const std::filesystem::path& folder,
    const std::vector<json::object>& bodies, const std::string& login, int threads);

}  // namespace bench
