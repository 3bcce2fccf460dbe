#pragma once

// Where an installation keeps its things: the file weijian.yaml in the data folder.
//
// Keys lie outside the data folder (`<data>.keys` unless said otherwise), and so does the second copy
// of the seals (`<data>.seals`; better on another volume): who copies the data has neither.

#include <filesystem>
#include <string>

#include "base/result.h"

namespace server {

struct Config {
    std::filesystem::path data;      // the folder itself
    std::string database;            // "postgresql://..." or a file; default <data>/weijian.sqlite
    std::filesystem::path keys;      // folder of root.key and seal.key, mode 0700
    std::filesystem::path seals;     // folder of the second copy
    std::filesystem::path overrides; // additions of this authority to the shipped systems
    std::string address = "127.0.0.1";
    unsigned short port = 8080;
    std::string tls_certificate, tls_key;
    bool insecure = false;           // listen beyond loopback without TLS
    std::string log_level = "info";
};

// The configuration a new installation begins with.
Config default_config(const std::filesystem::path& data, const std::string& database);

// CONFIG_MISSING (no weijian.yaml: not initialised), CONFIG_BROKEN with line.
base::Result<Config> load_config(const std::filesystem::path& data);
base::Status save_config(const Config&);

// Folders shipped with the program (systems, schemas, messages, share, web/dist): beside the
// executable in a build tree, /usr/share/weijian when installed, WEIJIAN_SHARE otherwise.
std::filesystem::path share_folder();

}  // namespace server
