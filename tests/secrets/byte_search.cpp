#include "byte_search.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/crypto.h"

namespace secrets {

namespace {

constexpr std::size_t start_size = 8;

std::uint64_t start_of(std::string_view text)
{
    std::uint64_t start = 0;
    std::memcpy(&start, text.data(), start_size);
    return start;
}

std::size_t slot_of(std::uint64_t start) { return (start * 0x9e3779b97f4a7c15) >> 44; }

std::string upper(std::string text)
{
    for (char& c : text)
        c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

// The characters of Base64 that depend on the value alone, when `before` bytes stand in front of it.
std::string inner_base64(const std::string& value, std::size_t before)
{
    const std::string text = base::crypto::base64(std::string(before, '\0') + value);
    const std::size_t first = (before * 8 + 5) / 6, last = (before + value.size()) * 8 / 6;
    return text.substr(first, last - first);
}

std::string url_safe(std::string text)
{
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

// Every character beyond ASCII as \uXXXX; the values of the tests lie in the basic plane.
std::string json_escaped(const std::string& value)
{
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (byte < 0x80) {
            text += value[i];
            continue;
        }
        const auto next = [&](std::size_t ahead) { return static_cast<unsigned>(value[i + ahead]) & 0x3fU; };
        const unsigned point = byte >= 0xe0 ? (byte & 0x0fU) << 12 | next(1) << 6 | next(2) : (byte & 0x1fU) << 6 | next(1);
        i += byte >= 0xe0 ? 2 : 1;
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", point);
        text += escape;
    }
    return text;
}

std::string url_escaped(const std::string& value)
{
    std::string text;
    for (const char c : value) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
        char escape[4] = {c, 0, 0, 0};
        if (!plain)
            std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(c));
        text += escape;
    }
    return text;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

ByteSearch::ByteSearch(const std::vector<Secret>& secrets)
{
    for (const Secret& secret : secrets)
        add_forms(secret);
}

void ByteSearch::add_forms(const Secret& secret)
{
    add(secret, "as it is", secret.value);
    add(secret, "hexadecimal", base::crypto::hex(secret.value));
    add(secret, "hexadecimal", upper(base::crypto::hex(secret.value)));
    for (std::size_t before = 0; before < 3; ++before) {
        const std::string text = inner_base64(secret.value, before);
        add(secret, "Base64", text);
        if (url_safe(text) != text)
            add(secret, "Base64", url_safe(text));
    }
    if (const std::string text = json_escaped(secret.value); text != secret.value)
        add(secret, "JSON escapes", text);
    if (const std::string text = url_escaped(secret.value); text != secret.value)
        add(secret, "URL escapes", text);
}

void ByteSearch::add(const Secret& secret, std::string form, std::string text)
{
    if (text.size() < start_size) {
        std::fprintf(stderr, "too short to be looked for: %s, %s\n", secret.kind.c_str(), form.c_str());
        std::abort();
    }
    Pattern pattern{secret.kind, std::move(form), std::move(text)};
    pattern.number = std::all_of(pattern.text.begin(), pattern.text.end(), digit);
    const std::uint64_t start = start_of(pattern.text);
    possible_[slot_of(start)] = true;
    by_start_[start].push_back(patterns_.size());
    patterns_.push_back(std::move(pattern));
}

bool ByteSearch::at(std::string_view bytes, std::size_t offset, const Pattern& pattern) const
{
    if (bytes.substr(offset, pattern.text.size()) != pattern.text)
        return false;
    const std::size_t end = offset + pattern.text.size();
    return !pattern.number || ((offset == 0 || !digit(bytes[offset - 1])) && (end == bytes.size() || !digit(bytes[end])));
}

std::set<Hit> ByteSearch::in_bytes(std::string_view bytes, const std::string& place) const
{
    std::set<Hit> hits;
    bytes_seen_ += bytes.size();
    for (std::size_t offset = 0; offset + start_size <= bytes.size(); ++offset) {
        const std::uint64_t start = start_of(bytes.substr(offset));
        if (!possible_[slot_of(start)])
            continue;
        const auto found = by_start_.find(start);
        if (found == by_start_.end())
            continue;
        for (const std::size_t index : found->second)
            if (at(bytes, offset, patterns_[index]))
                hits.insert({patterns_[index].kind, patterns_[index].form, place});
    }
    return hits;
}

std::set<Hit> ByteSearch::in_folder(const std::filesystem::path& folder) const
{
    std::set<Hit> hits;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file())
            continue;
        std::ifstream in{entry.path(), std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        hits.merge(in_bytes(bytes, std::filesystem::relative(entry.path(), folder).string()));
    }
    return hits;
}

}  // namespace secrets
