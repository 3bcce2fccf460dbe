#include "server/config.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>

#include "base/files.h"

namespace server {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;

namespace {

constexpr const char* file_name = "weijian.yaml";

fs::path beside(const fs::path& data, const char* suffix)
{
    fs::path absolute = fs::absolute(data).lexically_normal();
    if (absolute.filename().empty())
        absolute = absolute.parent_path();
    return absolute.string() + suffix;
}

Error broken(const fs::path& file, int line, const std::string& message)
{
    return {Kind::Internal, "CONFIG_BROKEN", {},
        {{"file", file.string()}, {"line", std::to_string(line)}, {"message", message}}};
}

base::Status read_member(Config& config, const std::string& key, const std::string& value)
{
    if (key == "database")
        config.database = value;
    else if (key == "keys")
        config.keys = value;
    else if (key == "seals")
        config.seals = value;
    else if (key == "overrides")
        config.overrides = value;
    else if (key == "address")
        config.address = value;
    else if (key == "port" && !value.empty() && value.size() < 6 && value.find_first_not_of("0123456789") == value.npos &&
        std::stoi(value) < 65536)
        config.port = static_cast<unsigned short>(std::stoi(value));
    else if (key == "tls_certificate")
        config.tls_certificate = value;
    else if (key == "tls_key")
        config.tls_key = value;
    else if (key == "insecure" && (value == "true" || value == "false"))
        config.insecure = value == "true";
    else if (key == "log_level")
        config.log_level = value;
    else
        return Error{Kind::Internal, "CONFIG_MEMBER", {key}};
    return {};
}

}  // namespace

Config default_config(const fs::path& data, const std::string& database)
{
    Config config;
    config.data = fs::absolute(data).lexically_normal();
    config.database = database.empty() ? (config.data / "weijian.sqlite").string() : database;
    config.keys = beside(data, ".keys");
    config.seals = beside(data, ".seals");
    config.overrides = config.data / "overrides";
    return config;
}

base::Result<Config> load_config(const fs::path& data)
{
    Config config = default_config(data, {});
    const fs::path file = config.data / file_name;
    std::error_code unreadable;  // a folder that may not be looked into is no missing one
    if (fs::status(file, unreadable).type() == fs::file_type::not_found)
        return Error{Kind::NotFound, "CONFIG_MISSING", {}, {{"folder", config.data.string()}}};
    TRY_ASSIGN(const std::string text, base::files::read(file, 1 << 20));
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return broken(file, 1, "key: value lines expected");
        for (const auto& member : root) {
            const int line = member.first.Mark().line + 1;
            if (!member.second.IsScalar())
                return broken(file, line, "a single value expected");
            if (!read_member(config, member.first.Scalar(), member.second.Scalar()).ok())
                return broken(file, line, "unknown or wrong: " + member.first.Scalar());
        }
    } catch (const YAML::Exception& fault) {
        return broken(file, fault.mark.line + 1, fault.msg);
    }
    return config;
}

base::Status save_config(const Config& config)
{
    YAML::Emitter out;
    out << YAML::BeginMap;
    const auto member = [&](const char* key, const std::string& value) {
        out << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
    };
    member("database", config.database);
    member("keys", config.keys.string());
    member("seals", config.seals.string());
    member("overrides", config.overrides.string());
    member("address", config.address);
    member("port", std::to_string(config.port));
    member("log_level", config.log_level);
    out << YAML::EndMap;
    const std::string text = std::string{"# Where this installation keeps its things; see docs/operate/install.md.\n"} +
        out.c_str() + "\n";
    // The database address may hold a password.
    return base::files::write_durably(config.data / file_name, text, 0600);
}

fs::path share_folder()
{
    if (const char* named = std::getenv("WEIJIAN_SHARE"))
        return named;
    std::error_code ignored;
    const fs::path executable = fs::read_symlink("/proc/self/exe", ignored);
    for (fs::path folder = executable.parent_path(); folder != folder.parent_path(); folder = folder.parent_path()) {
        if (fs::exists(folder / "systems") && fs::exists(folder / "messages"))
            return folder;
    }
    return "/usr/share/weijian";
}

}  // namespace server
