#pragma once

// Looks for values in bytes, in every form in which a program is likely to have written them: as they
// are, hexadecimal, Base64 (plain and for URLs, at any offset), escaped as in JSON and as in URLs.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace secrets {

// What is looked for; `kind` is what a report may say of it.
struct Secret {
    std::string kind, value;
};

struct Hit {
    std::string kind, form, place;
    auto operator<=>(const Hit&) const = default;
};

class ByteSearch {
public:
    explicit ByteSearch(const std::vector<Secret>&);

    // Each kind and form once a place.
    std::set<Hit> in_bytes(std::string_view bytes, const std::string& place) const;
    // Every file below the folder; `place` is its path in it.
    std::set<Hit> in_folder(const std::filesystem::path&) const;
    std::uint64_t bytes_seen() const { return bytes_seen_; }

private:
    struct Pattern {
        std::string kind, form, text;
        bool number = false;  // no hit inside a longer number
    };
    void add(const Secret&, std::string form, std::string text);
    void add_forms(const Secret&);
    bool at(std::string_view bytes, std::size_t offset, const Pattern&) const;

    std::vector<Pattern> patterns_;
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_start_;  // first eight bytes
    std::vector<bool> possible_ = std::vector<bool>(1 << 20);
    mutable std::uint64_t bytes_seen_ = 0;
};

}  // namespace secrets
