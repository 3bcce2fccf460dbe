// Any bytes in place of a definition file give problems or a release, never a crash.

#include <cstddef>
#include <cstdint>

#include "kernel/definitions/loader.h"

namespace {

const std::map<std::string, std::string, std::less<>>& base_files()
{
    static const std::map<std::string, std::string, std::less<>> files = {
        {"systems/sample/system.yaml", "# A.\nsystem: sample\ntitle: {zh: 样}\npurpose: {zh: 测}\n"},
        {"systems/sample/roles.yaml", "# A.\nroles:\n  keeper: {title: {zh: 员}}\n"},
        {"systems/sample/dictionaries/colour.csv", "code,zh\nRED,红\n"},
        {"systems/sample/records/sample.yaml",
         "# A.\nrecord: sample\ntitle: {zh: 样}\nnumber: YB{seq:4}\nfields:\n  name: {title: {zh: 名}, type: text}\n"}};
    return files;
}

constexpr const char* places[] = {"systems/sample/records/sample.yaml", "systems/sample/system.yaml",
                                  "systems/sample/roles.yaml", "systems/sample/dictionaries/colour.csv",
                                  "systems/sample/rules/terms.yaml", "overrides/sample/records/sample.yaml"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    auto files = base_files();
    files[places[data[0] % std::size(places)]] = std::string(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto result = definitions::load_files(files, (data[0] & 0x80) != 0);
    if (const auto* release = std::get_if<std::shared_ptr<const definitions::Release>>(&result))
        definitions::describe(**release);
    return 0;
}
