#pragma once

// The commands of the program, one function each. They print for people, or one JSON object with
// `json`, and give the exit code: 0 done, 1 refused, 2 wrong usage, 78 a known-answer test failed;
// `audit verify` also 3 broken chain, 4 bad signature, 5 gap.

#include <filesystem>
#include <string>
#include <vector>

namespace server {

struct Common {
    std::filesystem::path data = "data";
    bool json = false;
    bool quiet = false;  // no progress
};

struct InitOptions {
    std::string database;
};
int init(const Common&, const InitOptions&);

struct ServeOptions {
    std::string address;
    int port = -1;
    std::filesystem::path port_file;  // gets the port once it is open
    bool show_accounts = false;       // prints the demo's accounts
    bool insecure = false;
};
int serve(const Common&, const ServeOptions&);

struct CheckOptions {
    std::vector<std::filesystem::path> systems;
    bool for_release = false;
    bool stories = true;
    bool invert = true;
    std::string database;  // of the stories; empty: SQLite
};
int check(const Common&, const CheckOptions&);

struct ApplyOptions {
    std::filesystem::path systems;
    std::vector<std::string> confirmed;
    bool plan_only = false;
};
int apply(const Common&, const ApplyOptions&);

struct DemoOptions {
    std::string database;
    std::int64_t units = 20'000;
    std::string password;  // of every demo account; empty: made at random
    std::uint64_t seed = 2026;
};
int demo(const Common&, const DemoOptions&);

struct ImportOptions {
    std::string record;
    std::filesystem::path file;
    std::string login_name;  // on whose behalf
    std::filesystem::path rejects;
    bool all_or_nothing = false;
    bool check_only = false;
};
int import_file(const Common&, const ImportOptions&);

struct ExportOptions {
    std::string record;
    std::filesystem::path file;  // .csv or .xlsx
    std::string login_name;
    std::string query;           // as in a list's address
};
int export_file(const Common&, const ExportOptions&);

int user_list(const Common&, const std::string& text);
int user_reset_password(const Common&, const std::string& login_name);
int user_unlock(const Common&, const std::string& login_name);

int key_list(const Common&);
int key_export(const Common&);
int key_import(const Common&, const std::filesystem::path& text_file);
int key_rotate(const Common&, const std::string& domain, bool later);
int key_retire(const Common&, std::uint32_t key, bool forget_history);

int audit_verify(const Common&);
int version(const Common&);

}  // namespace server
