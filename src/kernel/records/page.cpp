#include "kernel/records/page.h"

#include <algorithm>

namespace records {

using storage::Transaction;

namespace {

constexpr std::size_t reads_max_sqlite = 400, reads_max_postgres = 64;  // statements of more take too long to plan

std::string list_of(const std::vector<base::Id>& ids, Sql& sql)
{
    std::string list;
    for (const base::Id id : ids)
        list += (list.empty() ? "" : ", ") + sql.bind(id);
    return "(" + list + ")";
}

bool holds(const std::vector<base::Id>& ids, base::Id id) { return std::ranges::find(ids, id) != ids.end(); }

class Reader {
public:
    Reader(Transaction& transaction, const Table& table, const Listing& listing, std::int64_t narrow) :
        transaction_(transaction), table_(table), listing_(listing), narrow_(narrow),
        sqlite_(transaction.dialect() == storage::Dialect::Sqlite) {}

    Result<std::vector<Read>> reads()
    {
        const Index* const ordered = ordered_index({});
        if (!ordered || listing_.deleted || by_id())
            return whole({});
        TRY_ASSIGN(organisations_, organisations_in_scope());
        if (organisations_.size() > reads_max())
            return whole({});
        const Index* index = ordered;
        const Filter* lead = nullptr;
        if (sqlite_ && !listing_.filters.empty() && !organisations_.empty()) {
            TRY_ASSIGN(const Choice choice, choose());
            if (choice.index && choice.index->columns.front() != "organisation")
                return whole(choice.index->name);
            index = choice.index ? choice.index : index;
            lead = choice.index && !choice.narrow ? choice.filter : nullptr;
        }
        TRY_ASSIGN(const bool all, add_organisations(*index, lead));
        if (!all)
            TRY(add_organisations(*ordered, nullptr));
        TRY_ASSIGN(const bool regions, add_regions());
        if (!regions)
            return whole({});
        add_persons();
        return reads_.size() > reads_max() ? whole({}) : std::move(reads_);
    }

private:
    struct Choice {
        const Index* index = nullptr;
        const Filter* filter = nullptr;
        bool narrow = false;
    };

    std::size_t reads_max() const { return sqlite_ ? reads_max_sqlite : reads_max_postgres; }

    // One read of everything in scope.
    std::vector<Read> whole(std::string index) const
    {
        return {Read{std::move(index), [&scope = listing_.scope](Sql& sql) { return scope_condition(scope, sql); }}};
    }

    bool by_id() const
    {
        return std::ranges::any_of(listing_.filters, [](const Filter& filter) { return filter.column == "id"; });
    }

    // Of one organisation's rows, or those with one value of a filter: in the order of the list.
    const Index* ordered_index(const std::string& filter) const
    {
        std::vector<std::string> wanted{"organisation"};
        if (!filter.empty())
            wanted.push_back(filter);
        wanted.push_back(listing_.order.column);
        for (const Index& index : table_.indexes)
            if (index.columns.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), index.columns.begin())
                && (index.present.empty() || index.present == filter))
                return &index;
        return nullptr;
    }

    // The index that finds the rows of a filter.
    const Index* finding_index(const Filter& filter) const
    {
        for (const Index& index : table_.indexes) {
            const std::size_t place = index.columns.front() == "organisation" && index.columns.size() > 1 ? 1 : 0;
            if (!filter.column.empty() && index.columns[place] == filter.column && (index.present.empty() || index.present == filter.column))
                return &index;
        }
        return nullptr;
    }

    Result<std::vector<base::Id>> organisations_in_scope()
    {
        const identity::Predicate& scope = listing_.scope;
        std::vector<base::Id> ids;
        if (scope.all || !scope.subtrees.empty()) {
            Sql sql{"SELECT id FROM organisation WHERE 1 = " + std::string(scope.all ? "1" : "0"), {}};
            for (const std::string& path : scope.all ? std::vector<std::string>{} : scope.subtrees)
                sql.text += " OR (path >= " + sql.bind(path) + " AND path < " + sql.bind(prefix_end(path)) + ")";
            TRY_ASSIGN(const auto rows, transaction_.query(sql.text + " ORDER BY id", sql.values));
            for (const storage::Row& row : rows)
                ids.push_back(row.integer(0));
        }
        for (const base::Id id : scope.organisations)
            if (!scope.all && !holds(ids, id))
                ids.push_back(id);
        leave_filtered(ids);
        return ids;
    }

    void leave_filtered(std::vector<base::Id>& ids) const
    {
        for (const Filter& filter : listing_.filters)
            if (filter.column == "organisation")
                std::erase_if(ids, [&](base::Id id) { return std::ranges::find(filter.values, storage::Value{id}) == filter.values.end(); });
    }

    // By which filter the organisations are read: one that leaves few rows, else one whose index also
    // stands in the order of the list. Every row is met once by it, the other filters are looked at.
    Result<Choice> choose()
    {
        Choice best;
        std::int64_t least = narrow_;
        for (const Filter& filter : listing_.filters) {
            const Index* const index = finding_index(filter);
            if (!index || filter.column == "organisation")
                continue;
            if (filter.near)
                return Choice{index, &filter, true};
            TRY_ASSIGN(const std::int64_t rows, count(filter, *index));
            if (rows < least) {
                best = {index, &filter, true};
                least = rows;
            } else if (const Index* const ordered = ordered_index(filter.column); ordered && !best.index) {
                best = {ordered, &filter, false};
            }
        }
        return best;
    }

    Result<std::int64_t> count(const Filter& filter, const Index& index)
    {
        Sql sql{"SELECT count(*) FROM (SELECT 1 FROM " + sql_name(table_.name) + " INDEXED BY " + sql_name(index.name)
            + " WHERE deleted_at IS NULL AND ", {}};
        sql.text += column_condition(filter, sql);
        if (index.columns.front() == "organisation")
            sql.text += " AND organisation IN " + list_of(organisations_, sql);
        sql.text += " LIMIT " + std::to_string(narrow_) + ")";
        TRY_ASSIGN(const auto row, transaction_.first(sql.text, sql.values));
        return row->integer(0);
    }

    void add(const Index& index, base::Id organisation, const std::string& column = {}, const storage::Value& value = {},
        const Filter* filter = nullptr)
    {
        reads_.push_back({sqlite_ ? index.name : "", [=](Sql& sql) {
            return "organisation = " + sql.bind(organisation) + (column.empty() ? "" : " AND " + sql_name(column) + " = " + sql.bind(value));
        }, filter ? filter->condition : ""});
    }

    // False when there would be too many: the values of `lead` are not each read by themselves then.
    Result<bool> add_organisations(const Index& index, const Filter* lead)
    {
        if (!lead || lead->values.size() == 1) {
            for (const base::Id organisation : organisations_)
                add(index, organisation);
            return true;
        }
        if (lead->values.empty()) {
            TRY_ASSIGN(const auto found, values_between(index, lead->column, lead->from, lead->end, organisations_));
            for (const auto& [organisation, value] : found)
                add(index, organisation, lead->column, value, lead);
            return clear_when_too_many();
        }
        for (const base::Id organisation : organisations_)
            for (auto value = lead->values.begin(); value != lead->values.end(); ++value)
                if (std::find(lead->values.begin(), value, *value) == value)
                    add(index, organisation, lead->column, *value, lead);
        return clear_when_too_many();
    }

    bool clear_when_too_many()
    {
        if (reads_.size() <= reads_max())
            return true;
        reads_.clear();
        return false;
    }

    // The values that a column has, organisation by organisation; one step along the index for each.
    Result<std::vector<std::pair<base::Id, std::string>>> values_between(const Index& index, const std::string& column,
        const std::string& from, const std::string& end, const std::vector<base::Id>& organisations)
    {
        std::vector<std::pair<base::Id, std::string>> found;
        if (organisations.empty())
            return found;
        Sql sql;
        const std::string name = sql_name(column), until = " AND " + name + " < " + sql.bind(end) + ")";
        const std::string least = "(SELECT min(" + name + ") FROM " + sql_name(table_.name)
            + (sqlite_ ? " INDEXED BY " + sql_name(index.name) : "") + " WHERE deleted_at IS NULL AND organisation = ";
        sql.text = "WITH RECURSIVE held (owner_, value_) AS (SELECT o.id, " + least + "o.id AND " + name + " >= " + sql.bind(from) + until
            + " FROM organisation o WHERE o.id IN " + list_of(organisations, sql) + " UNION ALL SELECT owner_, " + least + "owner_ AND " + name
            + " > value_" + until + " FROM held WHERE value_ IS NOT NULL)"
            + " SELECT owner_, value_ FROM held WHERE value_ IS NOT NULL LIMIT " + std::to_string(reads_max() + 1);
        TRY_ASSIGN(const auto rows, transaction_.query(sql.text, sql.values));
        for (const storage::Row& row : rows)
            found.emplace_back(row.integer(0), row.text(1));
        return found;
    }

    // Regions in scope, each once.
    std::vector<std::string> regions() const
    {
        const auto& all = listing_.scope.regions;
        std::vector<std::string> kept;
        for (const std::string& region : all)
            if (std::ranges::none_of(all, [&](const std::string& other) { return region.size() > other.size() && region.starts_with(other); }))
                kept.push_back(region);
        return kept;
    }

    Result<bool> add_regions()
    {
        if (listing_.scope.all || listing_.scope.regions.empty())
            return true;
        const Index* const by_region = ordered_index("region");
        const Index* const finding = by_region ? by_region : finding_index({.condition = {}, .column = "region"});
        if (!finding)
            return false;
        TRY_ASSIGN(const auto rows, transaction_.query("SELECT id FROM organisation ORDER BY id"));
        std::vector<base::Id> others;
        for (const storage::Row& row : rows)
            if (!holds(organisations_, row.integer(0)))
                others.push_back(row.integer(0));
        leave_filtered(others);
        std::vector<base::Id> holders;
        for (const std::string& region : regions()) {
            TRY_ASSIGN(const auto found, values_between(*finding, "region", region, prefix_end(region), others));
            if (found.size() > reads_max())
                return false;
            for (const auto& [organisation, value] : found)
                if (by_region)
                    add(*by_region, organisation, "region", value);
                else if (!holds(holders, organisation))
                    holders.push_back(organisation);
        }
        for (const base::Id organisation : holders)
            reads_.push_back({sqlite_ ? ordered_index({})->name : "", [=, regions = regions()](Sql& sql) {
                return "organisation = " + sql.bind(organisation) + " AND " + scope_condition({.regions = regions}, sql);
            }});
        return reads_.size() <= reads_max();
    }

    // Rows in sight as somebody's own or by an assignment, that no other read has.
    void add_persons()
    {
        const identity::Predicate& scope = listing_.scope;
        if (scope.all)
            return;
        const auto elsewhere = [organisations = organisations_, regions = regions()](Sql& sql) {
            std::string text = organisations.empty() ? "" : " AND organisation NOT IN " + list_of(organisations, sql);
            for (const std::string& region : regions)
                text += " AND NOT (region >= " + sql.bind(region) + " AND region < " + sql.bind(prefix_end(region)) + ")";
            return text;
        };
        if (scope.created_by)
            reads_.push_back({{}, [=, creator = scope.created_by](Sql& sql) {
                return "created_by = " + sql.bind(creator) + elsewhere(sql);
            }});
        if (scope.assigned)
            reads_.push_back({{}, [=, creator = scope.created_by, account = scope.assigned](Sql& sql) {
                return "id IN (SELECT a.id FROM records_assignment a WHERE a.account = " + sql.bind(account) + ")"
                    + (creator ? " AND created_by <> " + sql.bind(creator) : "") + elsewhere(sql);
            }});
    }

    Transaction& transaction_;
    const Table& table_;
    const Listing& listing_;
    std::int64_t narrow_;
    bool sqlite_;
    std::vector<base::Id> organisations_;
    std::vector<Read> reads_;
};

}  // namespace

Result<std::vector<Read>> reads_of(Transaction& transaction, const Table& table, const Listing& listing, std::int64_t narrow)
{
    return Reader{transaction, table, listing, narrow}.reads();
}

Sql page_sql(const Listing& listing, const std::vector<Read>& reads, bool null_segment, bool continued, std::size_t limit)
{
    const std::string column = sql_name(listing.order.column), table = sql_name(listing.plan.table);
    const std::string direction = listing.order.descending ? " DESC" : "", beyond = listing.order.descending ? " < " : " > ";
    const bool by_id = listing.order.column == "id";
    Sql sql{{}, listing.where.values};
    std::string where = " WHERE " + listing.where.text;
    if (!listing.rule.empty())
        where += " AND (" + listing.rule + ")";
    if (null_segment)
        where += " AND " + column + " IS NULL";
    else if (listing.order.nullable)
        where += " AND " + column + " IS NOT NULL";
    if (continued && (null_segment || by_id))
        where += " AND id" + beyond + sql.bind(listing.after->id);
    else if (continued)
        where += " AND (" + column + ", id)" + beyond + "(" + sql.bind(listing.after->value) + ", " + sql.bind(listing.after->id) + ")";
    std::string merged;
    for (const Read& read : reads) {
        std::string met = where;
        if (!read.instead_of.empty())
            met.replace(met.find(read.instead_of), read.instead_of.size(), "1 = 1");
        merged += (merged.empty() ? "SELECT " : " UNION ALL SELECT ") + column + " AS order_, id AS id_ FROM " + table
            + (read.index.empty() ? "" : " INDEXED BY " + sql_name(read.index)) + met + " AND " + read.condition(sql);
    }
    const std::string order = " ORDER BY " + (null_segment || by_id ? "" : "order_" + direction + ", ") + "id_" + direction;
    sql.text = "SELECT " + (listing.select.empty() ? listing.plan.columns : listing.select) + ", order_ FROM (" + merged + order + " LIMIT "
        + std::to_string(limit) + ") AS page JOIN " + table + " ON id = id_" + order;
    return sql;
}

}  // namespace records
