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

struct PersonsOptions {
    std::vector<std::filesystem::path> files;  // one to free of duplicates, or two to link
    std::string model;                         // built-in name or file; empty: the one that fits
    std::string truth;                         // column that says who is who; never seen by the model
    std::string record_id;
    std::vector<std::string> mapped;           // field=column
    std::vector<std::string> records;          // two record ids to explain
    std::filesystem::path out;
    bool as_given = false;                     // no training
    bool no_pairs = false;
    double pairs_from = 0.01;
    int threads = 0;                           // 0: every core
};
int persons_link(const Common&, const PersonsOptions&);
int persons_train(const Common&, const PersonsOptions&);
int persons_explain(const Common&, const PersonsOptions&);
int persons_model(const Common&, const PersonsOptions&);
int persons_evaluate(const Common&, const PersonsOptions&);  // files: clusters, truth

struct PersonsGenerateOptions {
    std::filesystem::path file, truth_file;
    std::uint64_t records = 100'000;
    std::uint64_t seed = 1;
    double errors = 1;
};
int persons_generate(const Common&, const PersonsGenerateOptions&);

int audit_verify(const Common&);
int version(const Common&);

}  // namespace server
