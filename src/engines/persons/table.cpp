#include "engines/persons/table.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "engines/persons/parallel.h"

namespace persons {

namespace {

bool is_coded(FieldKind kind)
{
    return kind == FieldKind::Name || kind == FieldKind::Text || kind == FieldKind::Address || kind == FieldKind::Number
        || kind == FieldKind::Category;
}

unsigned cells_of(FieldKind kind)
{
    return kind == FieldKind::IdCard ? card_cells : kind == FieldKind::Phone ? phone_cells : 1;
}

constexpr std::size_t no_column = ~std::size_t{0};

// Which column of one file holds what.
struct Columns {
    std::vector<std::size_t> of_field;
    std::size_t record_id = no_column;
    std::size_t truth = no_column;
};

std::size_t column_named(const Header& header, const std::vector<std::string>& wanted, const std::vector<bool>& taken)
{
    for (const std::string& name : wanted) {
        for (std::size_t column = 0; column < header.names.size(); ++column) {
            if (!taken[column] && folded_header(header.names[column]) == folded_header(name))
                return column;
        }
    }
    return no_column;
}

Result<Columns> find_columns(const Model& model, const Header& header, const ReadOptions& options)
{
    Columns columns;
    std::vector<bool> taken(header.names.size());
    const auto take = [&](std::size_t column) {
        if (column != no_column)
            taken[column] = true;
        return column;
    };
    if (!options.truth.empty()) {
        columns.truth = column_named(header, {options.truth}, taken);
        if (columns.truth == no_column)
            return Error{Kind::Invalid, "PERSONS_TRUTH", {"truth"}, {{"column", options.truth}}};
    }
    columns.of_field.assign(model.fields.size(), no_column);
    for (const auto& [field, name] : options.mapped) {
        const std::size_t at = model.position(field);
        const std::size_t column = column_named(header, {name}, taken);
        if (at == fields_max || (column == no_column && options.files.size() == 1))
            return Error{Kind::Invalid, "PERSONS_MAP", {"map"}, {{"field", field}, {"column", name}}};
        columns.of_field[at] = take(column);
    }
    columns.record_id = column_named(header, options.record_id.empty() ? model.record_id_headers : std::vector{options.record_id}, taken);
    std::vector<bool> reserved = taken;
    for (const std::size_t column : {columns.record_id, columns.truth}) {
        if (column != no_column)
            reserved[column] = true;
    }
    for (std::size_t field = 0; field < model.fields.size(); ++field) {
        if (columns.of_field[field] == no_column) {
            std::vector<std::string> wanted = model.fields[field].headers;
            wanted.insert(wanted.begin(), model.fields[field].name);
            columns.of_field[field] = column_named(header, wanted, reserved);
            if (columns.of_field[field] != no_column)
                reserved[columns.of_field[field]] = true;
        }
    }
    return columns;
}

Model without(const Model& model, const std::vector<bool>& present)
{
    Model kept = model;
    kept.fields.clear();
    std::vector<std::size_t> position(model.fields.size(), fields_max);
    for (std::size_t field = 0; field < model.fields.size(); ++field) {
        if (present[field]) {
            position[field] = kept.fields.size();
            kept.fields.push_back(model.fields[field]);
        }
    }
    for (Field& field : kept.fields) {
        if (kept.position(field.crossed) == fields_max)
            field.crossed.clear();
        std::erase_if(field.implied_by, [&](const std::string& other) { return kept.position(other) == fields_max; });
    }
    kept.blocks.clear();
    for (Block block : model.blocks) {
        const bool whole = std::all_of(block.parts.begin(), block.parts.end(),
            [&](const BlockPart& part) { return present[part.field]; });
        for (BlockPart& part : block.parts)
            part.field = position[part.field];
        if (whole)
            kept.blocks.push_back(block);
    }
    // Without any block left, each field that is good enough alone makes one.
    for (std::size_t field = 0; kept.blocks.empty() && field < kept.fields.size(); ++field) {
        if (kept.fields[field].kind != FieldKind::Sex)
            kept.blocks.push_back({kept.fields[field].name, {{field, ""}}, true});
    }
    return kept;
}

// Where a field's cells and dictionary are; crossed fields share a dictionary, so that the same
// text has the same number in both.
void lay_out(Table& table)
{
    for (std::size_t field = 0; field < table.model.fields.size(); ++field) {
        table.slot.push_back(table.stride);
        table.stride += cells_of(table.model.fields[field].kind);
        std::size_t dictionary = no_column;
        if (is_coded(table.model.fields[field].kind)) {
            const std::size_t other = table.model.position(table.model.fields[field].crossed);
            dictionary = other < field ? table.values_of[other] : table.values.size();
            if (dictionary == table.values.size())
                table.values.emplace_back();
        }
        table.values_of.push_back(dictionary);
    }
}

// What one reader brings back from its piece.
struct Batch {
    std::size_t first_row = 0;
    std::size_t rows = 0;
    std::vector<Dictionary> raw;                        // by field
    std::vector<std::vector<std::string>> normalised;   // by field, by raw code - 1
    std::vector<std::vector<std::uint32_t>> codes;      // raw code -> code of the whole table
    std::vector<std::pair<std::string, std::pair<std::size_t, std::size_t>>> faults;  // code, place, row
    std::uint64_t fault_count = 0;
};

struct Job {
    Table* table;
    const InputFile* file;
    const Columns* columns;
    char separator;
    std::size_t cells;
    Piece piece;
    std::uint64_t rejects_kept_max;
};

void read_row(const Job& job, const std::vector<std::string_view>& cells, std::size_t row, Batch& batch)
{
    Table& table = *job.table;
    std::uint32_t* out = table.row(row);
    for (std::size_t field = 0; field < table.model.fields.size(); ++field) {
        const std::size_t column = job.columns->of_field[field];
        std::uint32_t* cell = out + table.slot[field];
        const std::string_view text = column == no_column ? std::string_view{} : cells[column];
        switch (table.model.fields[field].kind) {
        case FieldKind::Date: *cell = text.empty() ? 0 : packed_date(text); break;
        case FieldKind::Sex: *cell = text.empty() ? 0 : sex_code(text); break;
        case FieldKind::Phone: {
            const std::uint64_t phone = text.empty() ? 0 : packed_phone(text);
            cell[0] = static_cast<std::uint32_t>(phone);
            cell[1] = static_cast<std::uint32_t>(phone >> 32);
            break;
        }
        case FieldKind::IdCard: {
            const Card card = text.empty() ? Card{} : packed_card(text);
            cell[0] = static_cast<std::uint32_t>(card.tail);
            cell[1] = static_cast<std::uint32_t>(card.tail >> 32);
            cell[2] = card.head | (card.valid ? card_valid : 0);
            break;
        }
        default: *cell = text.empty() ? 0 : batch.raw[field].number(text);
        }
    }
}

void note_fault(const Job& job, const RowReader& reader, Batch& batch)
{
    if (batch.fault_count++ < job.rejects_kept_max)
        batch.faults.push_back({std::string{reader.fault()}, {reader.fault_position(), reader.row_begin()}});
}

void read_piece(const Job& job, Batch& batch, Table::Ids& ids)
{
    Table& table = *job.table;
    batch.raw.resize(table.model.fields.size());
    RowReader reader(job.file->text(), job.piece.begin, job.piece.end, job.separator, job.file->some_rows_broken());
    reader.expect(job.cells);
    std::size_t released = job.piece.begin;
    constexpr std::size_t release_step = 1 << 21;
    for (;;) {
        const RowReader::Outcome outcome = reader.next();
        if (outcome == RowReader::Outcome::End)
            break;
        if (outcome == RowReader::Outcome::Broken) {
            note_fault(job, reader, batch);
            continue;
        }
        const std::size_t row = batch.first_row + batch.rows++;
        read_row(job, reader.cells(), row, batch);
        if (job.columns->record_id != no_column) {
            std::string_view id = reader.cells()[job.columns->record_id];
            while (!id.empty() && id.front() == ' ')
                id.remove_prefix(1);
            ids.bytes += id;
        } else {
            ids.bytes += std::to_string(row + 1);
        }
        ids.ends.push_back(static_cast<std::uint32_t>(ids.bytes.size()));
        if (job.columns->truth != no_column)
            table.truth[row] = truth_hash(reader.cells()[job.columns->truth]);
        if (reader.position() - released > release_step) {
            job.file->release(released, reader.position());
            released = reader.position();
        }
    }
    job.file->release(released, std::min(reader.position(), job.file->text().size()));
}

std::string normalised(FieldKind kind, std::string_view text)
{
    switch (kind) {
    case FieldKind::Name: return normalised_name(text);
    case FieldKind::Address: return normalised_address(text);
    case FieldKind::Number: return normalised_number(text);
    default: return normalised_text(text);
    }
}

void describe(Values& values, FieldKind kind, unsigned threads)
{
    const std::size_t size = values.texts.size() + 1;
    values.texts.seal();
    if (kind == FieldKind::Name)
        values.names.resize(size);
    else if (kind == FieldKind::Address)
        values.addresses.resize(size);
    else
        values.letters.resize(size);
    in_pieces(threads, size - 1, 4096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t index = begin; index < end; ++index) {
            const auto code = static_cast<std::uint32_t>(index + 1);
            const std::string_view text = values.texts[code];
            if (kind == FieldKind::Name)
                values.names[code] = name_value(text);
            else if (kind == FieldKind::Address)
                values.addresses[code] = address_value(text);
            else
                values.letters[code] = text_value(text);
        }
    });
}

// Texts of the pieces become texts of the table, in the order of the files, so that the numbers do
// not depend on how many readers there were.
void unite(Table& table, std::vector<Batch>& batches, unsigned threads)
{
    const std::size_t fields = table.model.fields.size();
    for (Batch& batch : batches) {
        batch.normalised.resize(fields);
        batch.codes.resize(fields);
    }
    struct Stretch {
        Batch* batch;
        std::size_t field, begin, end;
    };
    std::vector<Stretch> stretches;
    constexpr std::size_t step = 8192;
    for (Batch& batch : batches) {
        for (std::size_t field = 0; field < fields; ++field) {
            batch.normalised[field].resize(batch.raw[field].size());
            for (std::size_t at = 0; at < batch.raw[field].size(); at += step)
                stretches.push_back({&batch, field, at, std::min(at + step, batch.raw[field].size())});
        }
    }
    each_task(threads, stretches.size(), [&](std::size_t index) {
        const Stretch& stretch = stretches[index];
        for (std::size_t at = stretch.begin; at < stretch.end; ++at)
            stretch.batch->normalised[stretch.field][at] = normalised(table.model.fields[stretch.field].kind,
                stretch.batch->raw[stretch.field][static_cast<std::uint32_t>(at + 1)]);
    });
    each_task(threads, table.values.size(), [&](std::size_t dictionary) {
        for (Batch& batch : batches) {
            for (std::size_t field = 0; field < fields; ++field) {
                if (table.values_of[field] != dictionary)
                    continue;
                auto& codes = batch.codes[field];
                codes.reserve(batch.raw[field].size() + 1);
                codes.push_back(0);
                for (std::string& text : batch.normalised[field])
                    codes.push_back(text.empty() ? 0 : table.values[dictionary].texts.number(text));
                batch.normalised[field] = {};
                batch.raw[field] = {};
            }
        }
    });
    for (std::size_t field = 0; field < fields; ++field) {
        const std::size_t dictionary = table.values_of[field];
        const std::size_t other = table.model.position(table.model.fields[field].crossed);
        if (dictionary != no_column && !(other < field))
            describe(table.values[dictionary], table.model.fields[field].kind, threads);
    }
}

// Rows written with the codes of their piece get the codes of the table.
void renumber(Table& table, const std::vector<Batch>& batches, unsigned threads)
{
    each_task(threads, batches.size(), [&](std::size_t index) {
        const Batch& batch = batches[index];
        for (std::size_t row = batch.first_row; row < batch.first_row + batch.rows; ++row) {
            std::uint32_t* cells = table.row(row);
            for (std::size_t field = 0; field < table.model.fields.size(); ++field) {
                if (table.values_of[field] != no_column) {
                    std::uint32_t& cell = cells[table.slot[field]];
                    cell = batch.codes[field][cell];
                }
            }
        }
    });
}

void count_values(Table& table, unsigned threads)
{
    each_task(threads, table.values.size(), [&](std::size_t dictionary) {
        Values& values = table.values[dictionary];
        values.counts.assign(values.texts.size() + 1, 0);
        for (std::size_t field = 0; field < table.model.fields.size(); ++field) {
            if (table.values_of[field] != dictionary)
                continue;
            for (std::size_t row = 0; row < table.rows; ++row)
                ++values.counts[table.row(row)[table.slot[field]]];
        }
        values.filled = 0;
        for (std::size_t code = 1; code < values.counts.size(); ++code)
            values.filled += values.counts[code];
    });
}

// Readers got room for as many rows as their piece could have; the table has no gaps.
void close_gaps(Table& table, std::vector<Batch>& batches)
{
    std::size_t to = 0;
    for (std::size_t index = 0; index < batches.size(); ++index) {
        Batch& batch = batches[index];
        const std::size_t from = batch.first_row;
        if (to != from) {
            std::copy(table.row(from), table.row(from + batch.rows), table.row(to));
            if (!table.truth.empty())
                std::copy_n(table.truth.begin() + static_cast<std::ptrdiff_t>(from), batch.rows, table.truth.begin() + static_cast<std::ptrdiff_t>(to));
        }
        batch.first_row = to;
        table.ids[index].first_row = to;
        to += batch.rows;
    }
    table.rows = to;
    table.cells.resize(to * table.stride);
    if (!table.truth.empty())
        table.truth.resize(to);
}

void keep_rejects(Table& table, const std::vector<Batch>& batches, const std::vector<Job>& jobs)
{
    for (std::size_t index = 0; index < batches.size(); ++index) {
        table.reject_count += batches[index].fault_count;
        for (const auto& [code, place] : batches[index].faults) {
            if (table.rejects.size() >= jobs[index].rejects_kept_max)
                return;
            Reject reject;
            reject.code = code;
            locate(jobs[index].file->text(), place.first, place.second, reject);
            table.rejects.push_back(std::move(reject));
        }
    }
}

Error columns_error(const Model& model, const std::vector<bool>& present, const std::string& file)
{
    std::string missing;
    for (std::size_t field = 0; field < model.fields.size(); ++field) {
        if (!present[field])
            missing += (missing.empty() ? "" : ", ") + model.fields[field].name;
    }
    return Error{Kind::Invalid, "PERSONS_COLUMNS", {}, {{"file", file}, {"model", model.name}, {"columns", missing}}};
}

}  // namespace

Model restricted(const Model& model, const std::vector<bool>& present)
{
    return without(model, present);
}

std::uint64_t truth_hash(std::string_view text)
{
    const std::string trimmed = base::text::trimmed(text);
    std::string_view value = trimmed;
    if (value.empty())
        return 0;
    if (value.starts_with("rec-")) {
        const std::size_t dash = value.find('-', 4);
        if (dash != std::string_view::npos && (value.substr(dash) == "-org" || value.substr(dash).starts_with("-dup-")))
            value = value.substr(0, dash);
    }
    return hash_of(value) | 1;
}

Result<Table> read_table(const Model& model, const ReadOptions& options)
{
    Table table;
    std::vector<InputFile> files;
    std::vector<Header> headers;
    std::vector<Columns> columns;
    std::vector<bool> present(model.fields.size());
    for (const std::filesystem::path& path : options.files) {
        TRY_ASSIGN(InputFile file, InputFile::open(path, options.threads));
        files.push_back(std::move(file));
        TRY_ASSIGN(Header header, read_header(files.back(), path.filename().string()));
        TRY_ASSIGN(Columns found, find_columns(model, header, options));
        for (std::size_t field = 0; field < present.size(); ++field) {
            if (found.of_field[field] != no_column) {
                present[field] = true;
                table.columns[model.fields[field].name] = header.names[found.of_field[field]];
            }
        }
        table.encodings.push_back(files.back().encoding());
        headers.push_back(std::move(header));
        columns.push_back(std::move(found));
    }
    if (std::count(present.begin(), present.end(), true) < 2)
        return columns_error(model, present, options.files.front().filename().string());
    for (std::size_t field = 0; field < present.size(); ++field) {
        if (!present[field])
            table.columns_missing.push_back(model.fields[field].name);
    }
    table.model = without(model, present);
    for (Columns& of_file : columns) {
        std::vector<std::size_t> kept;
        for (std::size_t field = 0; field < present.size(); ++field) {
            if (present[field])
                kept.push_back(of_file.of_field[field]);
        }
        of_file.of_field = std::move(kept);
    }
    lay_out(table);

    std::vector<Job> jobs;
    std::vector<Batch> batches;
    std::size_t rows_max = 0, second_file_batch = 0;
    for (std::size_t index = 0; index < files.size(); ++index) {
        if (index == 1)
            second_file_batch = jobs.size();
        for (const Piece& piece : split_rows(files[index], headers[index].rows_begin, options.threads, options.threads)) {
            jobs.push_back({&table, &files[index], &columns[index], headers[index].separator, headers[index].names.size(), piece, options.rejects_kept_max});
            batches.push_back({.first_row = rows_max});
            rows_max += piece.rows_max;
        }
    }
    table.cells.resize(rows_max * table.stride);
    if (!options.truth.empty())
        table.truth.resize(rows_max);
    table.ids.resize(jobs.size());
    each_task(options.threads, jobs.size(), [&](std::size_t index) { read_piece(jobs[index], batches[index], table.ids[index]); });
    unite(table, batches, options.threads);
    renumber(table, batches, options.threads);
    close_gaps(table, batches);
    table.first_rows = files.size() > 1 ? batches[second_file_batch].first_row : table.rows;
    count_values(table, options.threads);
    keep_rejects(table, batches, jobs);
    return table;
}

Result<Model> fitting_model(const std::filesystem::path& path)
{
    TRY_ASSIGN(const InputFile file, InputFile::open(path, 1));
    TRY_ASSIGN(const Header header, read_header(file, path.filename().string()));
    Model best;
    std::ptrdiff_t best_count = -1;
    ReadOptions options;
    for (const std::string& name : built_in_models()) {
        TRY_ASSIGN(Model model, built_in_model(name));
        TRY_ASSIGN(const Columns columns, find_columns(model, header, options));
        const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(columns.of_field.size()) - std::count(columns.of_field.begin(), columns.of_field.end(), no_column);
        if (count > best_count) {
            best = std::move(model);
            best_count = count;
        }
    }
    return best;
}

std::string_view Table::record_id(std::size_t row) const
{
    const auto after = std::upper_bound(ids.begin(), ids.end(), row, [](std::size_t wanted, const Ids& each) { return wanted < each.first_row; });
    const Ids& found = *std::prev(after);
    const std::size_t index = row - found.first_row;
    const std::size_t begin = index == 0 ? 0 : found.ends[index - 1];
    return std::string_view{found.bytes}.substr(begin, found.ends[index] - begin);
}

std::string Table::value_text(std::size_t index, std::size_t field) const
{
    const std::uint32_t* cell = row(index) + slot[field];
    char text[32];
    switch (model.fields[field].kind) {
    case FieldKind::Date:
        if (*cell == 0)
            return {};
        std::snprintf(text, sizeof text, "%04X-%02X-%02X", *cell >> 16, *cell >> 8 & 0xFF, *cell & 0xFF);
        return text;
    case FieldKind::Sex: return *cell == 0 ? "" : std::to_string(*cell);
    case FieldKind::Phone: {
        const std::uint64_t phone = wide_cell(cell);
        std::snprintf(text, sizeof text, "%llX", static_cast<unsigned long long>(phone));
        return phone == 0 ? std::string{} : std::string{text + 1};
    }
    case FieldKind::IdCard: {
        const Card card{.tail = wide_cell(cell), .head = cell[2] & 0xFF};
        return card.present() ? card_text(card) : std::string{};
    }
    default: return *cell == 0 ? std::string{} : std::string{values[values_of[field]].texts[*cell]};
    }
}

}  // namespace persons
