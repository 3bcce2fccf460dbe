#include "engines/persons/block.h"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace persons {

void radix_sort(std::vector<std::uint64_t>& items, std::vector<std::uint64_t>& spare, unsigned from_bit, unsigned to_bit)
{
    constexpr unsigned width = 11;
    constexpr std::size_t bins = 1 << width;
    spare.resize(items.size());
    for (unsigned shift = from_bit; shift < to_bit; shift += width) {
        std::array<std::size_t, bins> counts{};
        for (const std::uint64_t item : items)
            ++counts[(item >> shift) & (bins - 1)];
        std::size_t sum = 0;
        for (std::size_t& count : counts) {
            const std::size_t own = count;
            count = sum;
            sum += own;
        }
        for (const std::uint64_t item : items)
            spare[counts[(item >> shift) & (bins - 1)]++] = item;
        items.swap(spare);
    }
}

namespace {

constexpr std::uint64_t no_part = ~std::uint64_t{0};

// For texts the part of each distinct value, worked out once.
std::vector<std::uint64_t> parts_by_value(const Values& values, FieldKind kind, const std::string& part)
{
    std::vector<std::uint64_t> out(values.texts.size() + 1, no_part);
    for (std::uint32_t code = 1; code < out.size(); ++code) {
        const std::string_view text = values.texts[code];
        if (kind == FieldKind::Name) {
            const NameValue& name = values.names[code];
            if (name.placeholder)
                continue;
            out[code] = part == "pinyin" ? pinyin_key(name, text)
                : part == "initial"      ? initial_key(name, text)
                : part == "surname"      ? surname_key(name, text)
                                         : code;
        } else if (kind == FieldKind::Address) {
            const AddressValue& address = values.addresses[code];
            const std::uint32_t wanted = part == "town" ? address.town : part == "village" ? address.village : code;
            if (wanted != 0)
                out[code] = part == "village" ? mixed(address.town, wanted) : wanted;
        } else if (part == "sound") {
            if (values.letters[code].sound != 0)
                out[code] = values.letters[code].sound;
        } else {
            out[code] = part == "initial" ? static_cast<unsigned char>(text.front()) : code;
        }
    }
    return out;
}

// The part of one row's value; no_part when missing.
std::uint64_t part_of(const Table& table, const BlockPart& part, const std::vector<std::uint64_t>& by_value, const std::uint32_t* row)
{
    const std::uint32_t* cell = row + table.slot[part.field];
    switch (table.model.fields[part.field].kind) {
    case FieldKind::Date:
        if (*cell == 0)
            return no_part;
        return part.part == "year" ? *cell >> 16 : part.part == "month_day" ? *cell & 0xFFFF : *cell;
    case FieldKind::Sex: return *cell == 0 ? no_part : *cell;
    case FieldKind::Phone: return wide_cell(cell) == 0 ? no_part : wide_cell(cell);
    case FieldKind::IdCard:
        return wide_cell(cell) == 0 || (cell[2] & card_shared) != 0 ? no_part : mixed(wide_cell(cell), cell[2] & 0xFF);
    default: return *cell == 0 ? no_part : by_value[*cell];
    }
}

std::vector<std::uint64_t> groups_of(const Table& table, std::size_t field)
{
    std::vector<std::uint64_t> entries, spare;
    for (std::size_t row = 0; row < table.rows; ++row) {
        const std::uint64_t value = wide_cell(table.row(row) + table.slot[field]);
        if (value != 0)
            entries.push_back((mixed(value, 1) >> 32) << 32 | row);
    }
    radix_sort(entries, spare, 32, 64);
    return entries;
}

// each(begin, end) of entries with one key.
template <class Each>
void each_group(const std::vector<std::uint64_t>& entries, const Each& each)
{
    for (std::size_t begin = 0; begin < entries.size();) {
        std::size_t end = begin + 1;
        while (end < entries.size() && entries[end] >> 32 == entries[begin] >> 32)
            ++end;
        each(begin, end);
        begin = end;
    }
}

void count_phones(Table& table, std::size_t field)
{
    const auto entries = groups_of(table, field);
    each_group(entries, [&](std::size_t begin, std::size_t end) {
        for (std::size_t at = begin; at < end; ++at)
            table.row(static_cast<std::uint32_t>(entries[at]))[table.slot[field] + 2] = static_cast<std::uint32_t>(end - begin);
    });
}

void find_shared_cards(Table& table, std::size_t card, std::size_t name, Prepared& prepared)
{
    const Values& values = table.values[table.values_of[name]];
    const auto entries = groups_of(table, card);
    each_group(entries, [&](std::size_t begin, std::size_t end) {
        if (end - begin <= table.model.card_names_max)
            return;
        std::vector<std::uint64_t> names;
        for (std::size_t at = begin; at < end; ++at) {
            const std::uint32_t code = table.row(static_cast<std::uint32_t>(entries[at]))[table.slot[name]];
            if (code != 0)
                names.push_back(pinyin_key(values.names[code], values.texts[code]));
        }
        std::sort(names.begin(), names.end());
        names.erase(std::unique(names.begin(), names.end()), names.end());
        if (names.size() <= table.model.card_names_max)
            return;
        prepared.shared.push_back({static_cast<std::uint32_t>(entries[begin]), end - begin, names.size()});
        for (std::size_t at = begin; at < end; ++at)
            table.row(static_cast<std::uint32_t>(entries[at]))[table.slot[card] + 2] |= card_shared;
    });
}

}  // namespace

Prepared relate_cells(Table& table, unsigned threads)
{
    Prepared prepared;
    const auto first_of = [&](FieldKind kind) {
        const auto& fields = table.model.fields;
        return static_cast<std::size_t>(std::find_if(fields.begin(), fields.end(), [&](const Field& each) { return each.kind == kind; }) - fields.begin());
    };
    const std::size_t none = table.model.fields.size();
    const std::size_t card = first_of(FieldKind::IdCard), birth = first_of(FieldKind::Date), sex = first_of(FieldKind::Sex),
                      name = first_of(FieldKind::Name);
    each_task(threads, table.model.fields.size(), [&](std::size_t field) {
        if (table.model.fields[field].kind == FieldKind::Phone)
            count_phones(table, field);
        if (field == card && name != none)
            find_shared_cards(table, card, name, prepared);
    });
    std::atomic<std::uint64_t> foreign{0};
    if (card != none && birth != none) {
        in_pieces(threads, table.rows, 1 << 16, [&](std::size_t begin, std::size_t end) {
            std::uint64_t found = 0;
            for (std::size_t index = begin; index < end; ++index) {
                std::uint32_t* row = table.row(index);
                const Card own{.tail = wide_cell(row + table.slot[card])};
                if (!own.present() || (row[table.slot[card] + 2] & card_shared) != 0)
                    continue;
                std::uint32_t& date = row[table.slot[birth]];
                if (date != 0 && real_date(date) && real_date(own.birth_date()) && compare_dates(date, own.birth_date()) == Likeness::Else) {
                    row[table.slot[card] + 2] |= card_foreign;
                    ++found;
                } else if ((row[table.slot[card] + 2] & card_valid) != 0) {
                    date = date != 0 ? date : own.birth_date();
                    if (sex != none && row[table.slot[sex]] == 0)
                        row[table.slot[sex]] = own.sex();
                }
            }
            foreign += found;
        });
    }
    prepared.cards_foreign = foreign;
    return prepared;
}

Blocks::Blocks(const Table& table, unsigned threads) :
    table_(table), threads_(threads), count_(table.model.blocks.size()), stride_((count_ + 3) / 4 * 4)
{
    keys_.assign(table.rows * stride_, 0);
    std::vector<std::vector<std::vector<std::uint64_t>>> by_value(count_);
    for (std::size_t block = 0; block < count_; ++block)
        by_value[block].resize(table.model.blocks[block].parts.size());
    std::vector<std::pair<std::size_t, std::size_t>> tasks;
    for (std::size_t block = 0; block < count_; ++block) {
        for (std::size_t part = 0; part < by_value[block].size(); ++part) {
            if (table.values_of[table.model.blocks[block].parts[part].field] < table.values.size())
                tasks.emplace_back(block, part);
        }
    }
    each_task(threads, tasks.size(), [&](std::size_t index) {
        const auto [block, part] = tasks[index];
        const BlockPart& wanted = table.model.blocks[block].parts[part];
        by_value[block][part] = parts_by_value(table.values[table.values_of[wanted.field]], table.model.fields[wanted.field].kind, wanted.part);
    });
    in_pieces(threads, table.rows, 1 << 14, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            for (std::size_t block = 0; block < count_; ++block) {
                const auto& parts = table.model.blocks[block].parts;
                std::uint64_t key = block + 1;
                bool whole = true;
                for (std::size_t part = 0; part < parts.size() && whole; ++part) {
                    const std::uint64_t value = part_of(table, parts[part], by_value[block][part], table.row(row));
                    whole = value != no_part;
                    key = mixed(key, value);
                }
                keys_[row * stride_ + block] = whole ? static_cast<std::uint32_t>(key >> 32) | 1 : 0;
            }
        }
    });
}

std::uint32_t Blocks::shared_keys(std::uint32_t a, std::uint32_t b) const
{
    const std::uint32_t *left = &keys_[a * stride_], *right = &keys_[b * stride_];
    std::uint32_t shared = 0;
#if defined(__SSE2__)
    const __m128i zero = _mm_setzero_si128();
    for (std::size_t block = 0; block < stride_; block += 4) {
        const __m128i one = _mm_loadu_si128(reinterpret_cast<const __m128i*>(left + block));
        const __m128i other = _mm_loadu_si128(reinterpret_cast<const __m128i*>(right + block));
        const __m128i equal = _mm_andnot_si128(_mm_cmpeq_epi32(one, zero), _mm_cmpeq_epi32(one, other));
        shared |= static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(equal))) << block;
    }
#else
    for (std::size_t block = 0; block < count_; ++block)
        shared |= static_cast<std::uint32_t>(left[block] != 0 && left[block] == right[block]) << block;
#endif
    return shared;
}

// Three passes of eleven bits; each thread counts and moves its own stretch, so equal keys keep the
// order of the rows whatever the number of threads.
void Blocks::sort_by_key(std::size_t block)
{
    entries_.clear();
    for (std::size_t row = 0; row < table_.rows; ++row) {
        if (const std::uint32_t key = keys_[row * stride_ + block]; key != 0)
            entries_.push_back({key, static_cast<std::uint32_t>(row)});
    }
    spare_.resize(entries_.size());
    constexpr std::size_t bins = 2048;
    const unsigned parts = entries_.size() < 100'000 ? 1 : threads_;
    std::vector<std::array<std::uint32_t, bins>> counts(parts);
    for (unsigned shift = 0; shift < 32; shift += 11) {
        const auto bounds = [&](unsigned part) { return entries_.size() * part / parts; };
        on_threads(parts, [&](unsigned part) {
            counts[part].fill(0);
            for (std::size_t at = bounds(part); at < bounds(part + 1); ++at)
                ++counts[part][(entries_[at].key >> shift) & (bins - 1)];
        });
        std::uint32_t sum = 0;
        for (std::size_t bin = 0; bin < bins; ++bin) {
            for (unsigned part = 0; part < parts; ++part) {
                const std::uint32_t own = counts[part][bin];
                counts[part][bin] = sum;
                sum += own;
            }
        }
        on_threads(parts, [&](unsigned part) {
            for (std::size_t at = bounds(part); at < bounds(part + 1); ++at)
                spare_[counts[part][(entries_[at].key >> shift) & (bins - 1)]++] = entries_[at];
        });
        entries_.swap(spare_);
    }
}

// The model's limit, or less where the key would cost more than fifty comparisons a record.
std::uint64_t Blocks::size_limit(const std::vector<std::uint64_t>& sizes) const
{
    const std::uint64_t budget = 50 * std::max<std::uint64_t>(table_.rows, 20'000);
    std::uint64_t pairs = 0, limit = table_.model.block_size_max;
    for (std::uint64_t size = 2; size < sizes.size() && size <= table_.model.block_size_max; ++size) {
        pairs += sizes[size] * (size * (size - 1) / 2);
        if (pairs > budget) {
            limit = std::max<std::uint64_t>(size - 1, 20);
            break;
        }
    }
    return limit;
}

BlockStatistics Blocks::survey(std::size_t block)
{
    BlockStatistics statistics;
    statistics.name = table_.model.blocks[block].name;
    statistics.train = table_.model.blocks[block].train;
    statistics.records = entries_.size();
    starts_.clear();
    std::vector<std::uint64_t> sizes(table_.model.block_size_max + 1);
    std::vector<std::uint64_t> large;
    for (std::size_t begin = 0; begin < entries_.size();) {
        std::size_t end = begin + 1;
        while (end < entries_.size() && entries_[end].key == entries_[begin].key)
            ++end;
        if (const std::size_t size = end - begin; size > 1) {
            starts_.push_back(static_cast<std::uint32_t>(begin));
            statistics.largest = std::max<std::uint64_t>(statistics.largest, size);
            if (size < sizes.size())
                ++sizes[size];
            else
                large.push_back(size);
        }
        begin = end;
    }
    statistics.blocks = starts_.size();
    statistics.size_max = size_limit(sizes);
    for (std::uint64_t size = statistics.size_max + 1; size < sizes.size(); ++size) {
        statistics.capped_blocks += sizes[size];
        statistics.capped_records += sizes[size] * size;
    }
    for (const std::uint64_t size : large) {
        statistics.capped_blocks += 1;
        statistics.capped_records += size;
    }
    return statistics;
}

// Rows with the same cells stand together, so a window meets them.
void Blocks::order_alike(std::size_t begin, std::size_t end)
{
    const std::size_t bytes = table_.stride * sizeof(std::uint32_t);
    std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(begin), entries_.begin() + static_cast<std::ptrdiff_t>(end),
        [&](const Entry& one, const Entry& other) {
            const int order = std::memcmp(table_.row(one.row), table_.row(other.row), bytes);
            return order != 0 ? order < 0 : one.row < other.row;
        });
}

}  // namespace persons
