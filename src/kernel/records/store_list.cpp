// Lists and exports.

#include "kernel/records/page.h"
#include "kernel/records/present.h"

namespace records {

using storage::Transaction;

namespace {

constexpr std::size_t export_page = 1000;
constexpr std::size_t answer_bytes = 64 * 1024;  // of a usual page
constexpr std::size_t export_rows_max = 1'000'000;

storage::Value order_value(const storage::Row& row, std::size_t column, const OrderColumn& order)
{
    if (row.null(column))
        return {};
    switch (order.type) {
    case storage::ColumnType::Integer: return row.integer(column);
    case storage::ColumnType::Boolean: return row.boolean(column);
    case storage::ColumnType::Timestamp: return row.timestamp(column);
    case storage::ColumnType::Date: return row.date(column);
    case storage::ColumnType::Decimal: return row.decimal(column, order.scale);
    case storage::ColumnType::Bytes: return storage::Bytes{row.bytes(column)};
    default: return row.text(column);
    }
}

struct Page {
    std::vector<Image> images;
    std::vector<storage::Value> values;  // of the order column
    bool null_segment = false;           // where the last row stands
};

// Up to `limit` rows behind the cursor: the rest of its segment, then the next one.
Result<Page> load_page(Transaction& transaction, const Plan& plans, const Listing& listing, std::size_t limit,
    const identity::FieldCipher& cipher)
{
    Page page;
    TRY_ASSIGN(const auto reads, reads_of(transaction, plans.layout.find(listing.plan.table)->second, listing));
    if (reads.empty())
        return page;
    const std::size_t order_place = standard::count + [&] {
        std::size_t columns = 0;
        for (const FieldPlan& field : listing.plan.set.fields)
            columns += field.columns;
        return columns;
    }();
    const bool from_nulls = listing.after && listing.after->null_segment;
    for (const bool null_segment : {false, true}) {
        if ((null_segment && !listing.order.nullable) || (!null_segment && from_nulls) || page.images.size() >= limit)
            continue;
        const bool continued = listing.after && listing.after->null_segment == null_segment;
        const Sql sql = page_sql(listing, reads, null_segment, continued, limit - page.images.size());
        TRY(transaction.query_each(sql.text, sql.values, [&](const storage::Row& row) {
            page.images.push_back(image_of(listing.plan, row, cipher));
            page.values.push_back(order_value(row, order_place, listing.order));
            return true;
        }));
    }
    return page;
}

}  // namespace

Result<json::object> Store::list(std::string_view record, const QueryPairs& query, const Context& context)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    const auto decision = decide(*plans, *plan, "read", nullptr, context);
    if (!decision.allowed)
        return Error{Kind::Forbidden, decision.reason};
    const auto dialect = parts_.database.dialect();
    TRY_ASSIGN(Listing listing, read_query(*plans, *plan, query, decision.predicate, context, parts_.cipher, dialect));
    std::set<std::string, std::less<>> columns(plan->record->list.columns.begin(), plan->record->list.columns.end());
    if (plan->record->label != "number")
        columns.insert(plan->record->label);
    if (listing.columns)
        columns = *listing.columns;
    listing.select = select_of(*plan, columns);
    Labels labels{*this, *plans, context, *names_};
    Page page;
    json::object answer(json::make_shared_resource<json::monotonic_resource>(answer_bytes));
    const auto count = [&](Transaction& transaction, const std::string& extra) -> Result<std::int64_t> {
        Sql sql = listing.where;
        sql.text = "SELECT count(*) FROM " + sql_name(plan->table) + " WHERE " + sql.text + extra + " AND ";
        sql.text += scope_condition(decision.predicate, sql);
        TRY_ASSIGN(const auto row, transaction.first(sql.text, sql.values));
        return row->integer(0);
    };
    const Status loaded = parts_.database.read([&](Transaction& transaction) -> Status {
        TRY(set_scope(transaction, decision.predicate));
        TRY_ASSIGN(page, load_page(transaction, *plans, listing, listing.limit + 1, parts_.cipher));
        if (listing.count) {
            TRY_ASSIGN(answer["total"], count(transaction, listing.rule.empty() ? "" : " AND (" + listing.rule + ")"));
        }
        if (!listing.rule.empty() && !listing.after) {
            TRY_ASSIGN(answer["undecided"], count(transaction, " AND (" + listing.rule + ") IS NULL"));
        }
        for (std::size_t i = 0; i < std::min(page.images.size(), listing.limit); ++i)
            labels.need(*plan, page.images[i], false);
        return labels.complete() ? Status{} : labels.load(transaction);
    });
    TRY(loaded);
    if (listing.by_identity) {
        Image nobody = empty_image(*plan);
        nobody.organisation = context.subject ? context.subject->organisation : 0;
        TRY(log_access(*plan, nobody, "search", {{"rows", json::array{nullptr, page.images.size()}}}, context));
    }
    const bool more = page.images.size() > listing.limit;
    if (more)
        page.images.resize(listing.limit);
    json::array items(answer.storage());
    items.reserve(page.images.size());
    for (const Image& image : page.images)
        items.push_back(present({*plan, labels, decision.unmasked, &columns}, image, items.storage()));
    answer["items"] = std::move(items);
    answer["next"] = nullptr;
    if (more) {
        const storage::Value& last = page.values[listing.limit - 1];
        answer["next"] = encode({std::holds_alternative<std::monostate>(last), last, page.images.back().id}, listing.order);
    }
    return answer;
}

Status Store::export_rows(std::string_view record, const QueryPairs& query, const Context& context,
    const std::function<bool(const json::object&)>& each)
{
    const auto plans = plan();
    const RecordPlan* plan = plans->find(record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", std::string(record)}}};
    const auto decision = decide(*plans, *plan, "export", nullptr, context);
    if (!decision.allowed)
        return Error{Kind::Forbidden, decision.reason};
    TRY_ASSIGN(Listing listing, read_query(*plans, *plan, query, decision.predicate, context, parts_.cipher, parts_.database.dialect()));
    std::size_t done = 0;
    for (bool going = true; going && done < export_rows_max;) {
        Labels labels{*this, *plans, context, *names_};
        Page page;
        const Status loaded = parts_.database.read([&](Transaction& transaction) -> Status {
            TRY(set_scope(transaction, decision.predicate));
            TRY_ASSIGN(page, load_page(transaction, *plans, listing, export_page, parts_.cipher));
            for (const Image& image : page.images)
                labels.need(*plan, image, false);
            return labels.load(transaction);
        });
        TRY(loaded);
        for (const Image& image : page.images)
            going = going && each(present({*plan, labels, decision.unmasked, listing.columns ? &*listing.columns : nullptr}, image));
        done += page.images.size();
        going = going && page.images.size() == export_page;
        if (going)
            listing.after = Cursor{std::holds_alternative<std::monostate>(page.values.back()), page.values.back(), page.images.back().id};
    }
    Image nobody = empty_image(*plan);
    nobody.organisation = context.subject ? context.subject->organisation : 0;
    return log_access(*plan, nobody, "export", {{"rows", json::array{nullptr, done}}}, context);
}

}  // namespace records
