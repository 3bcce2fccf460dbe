// Clusters of any matcher against a truth file.

#include <algorithm>
#include <string>
#include <unordered_map>

#include "engines/persons/link.h"

namespace persons {

namespace {

// First column -> second column; both as they stand.
Result<std::vector<std::pair<std::string, std::string>>> two_columns(const std::filesystem::path& path)
{
    TRY_ASSIGN(const InputFile file, InputFile::open(path, 1));
    TRY_ASSIGN(const Header header, read_header(file, path.filename().string()));
    if (header.names.size() < 2)
        return Error{Kind::Invalid, "PERSONS_EVALUATE", {}, {{"file", path.filename().string()}}};
    RowReader reader(file.text(), header.rows_begin, file.text().size(), header.separator, false);
    reader.expect(header.names.size());
    std::vector<std::pair<std::string, std::string>> out;
    for (auto outcome = reader.next(); outcome != RowReader::Outcome::End; outcome = reader.next()) {
        if (outcome == RowReader::Outcome::Row)
            out.emplace_back(reader.cells()[0], reader.cells()[1]);
    }
    return out;
}

}  // namespace

Result<Quality> evaluate(const std::filesystem::path& clusters, const std::filesystem::path& truth)
{
    TRY_ASSIGN(const auto found, two_columns(clusters));
    TRY_ASSIGN(const auto known, two_columns(truth));
    std::unordered_map<std::string, std::string> person_of(known.begin(), known.end());
    Table table;
    std::vector<std::uint32_t> cluster_of_row;
    std::unordered_map<std::string, std::uint32_t> numbers;
    for (const auto& [record, cluster] : found) {
        const auto person = person_of.find(record);
        if (person == person_of.end())
            continue;
        table.truth.push_back(truth_hash(person->second));
        cluster_of_row.push_back(numbers.emplace(cluster, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    if (table.truth.empty())
        return Error{Kind::Invalid, "PERSONS_EVALUATE", {}, {{"file", truth.filename().string()}}};
    table.rows = table.first_rows = table.truth.size();
    return quality_of(table, cluster_of_row);
}

}  // namespace persons
