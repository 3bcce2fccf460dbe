#include "kernel/records/scope.h"

namespace records {

std::string prefix_end(std::string prefix)
{
    while (!prefix.empty()) {
        const auto last = static_cast<unsigned char>(prefix.back());
        if (last < 0x7F) {  // stays valid UTF-8; paths, regions and pinyin are ASCII
            prefix.back() = static_cast<char>(last + 1);
            return prefix;
        }
        if (last >= 0x80)
            return prefix + "\xF4\x8F\xBF\xBF";
        prefix.pop_back();
    }
    return "\xF4\x8F\xBF\xBF";
}

std::string scope_condition(const identity::Predicate& predicate, Sql& sql)
{
    if (predicate.all)
        return "1 = 1";
    std::string text;
    const auto add = [&](std::string condition) { text += (text.empty() ? "" : " OR ") + std::move(condition); };
    if (predicate.created_by)
        add("created_by = " + sql.bind(predicate.created_by));
    if (predicate.assigned)
        add("id IN (SELECT a.id FROM records_assignment a WHERE a.account = " + sql.bind(predicate.assigned) + ")");
    if (!predicate.organisations.empty()) {
        std::string list;
        for (const base::Id organisation : predicate.organisations)
            list += (list.empty() ? "" : ", ") + sql.bind(organisation);
        add("organisation IN (" + list + ")");
    }
    const auto begins_with = [&](const std::string& column, const std::string& prefix) {
        const std::string from = sql.bind(prefix);
        add("(" + column + " >= " + from + " AND " + column + " < " + sql.bind(prefix_end(prefix)) + ")");
    };
    for (const std::string& path : predicate.subtrees)  // few organisations, so an index that begins with one serves
        add("organisation IN (SELECT o.id FROM organisation o WHERE o.path >= " + sql.bind(path) + " AND o.path < "
            + sql.bind(prefix_end(path)) + ")");
    for (const std::string& region : predicate.regions)
        begins_with("region", region);
    return text.empty() ? "1 = 0" : "(" + text + ")";
}

std::string scope_setting(const identity::Predicate& predicate)
{
    const auto join = [](const auto& list, auto text_of) {
        std::string text;
        for (const auto& one : list)
            text += (text.empty() ? "" : ",") + text_of(one);
        return text;
    };
    const auto number = [](base::Id id) { return std::to_string(id); };
    const auto same = [](const std::string& text) { return text; };
    return std::string(predicate.all ? "all" : "") + "|" + (predicate.created_by ? std::to_string(predicate.created_by) : "") + "|"
        + join(predicate.organisations, number) + "|" + join(predicate.subtrees, same) + "|" + join(predicate.regions, same) + "|"
        + (predicate.assigned ? std::to_string(predicate.assigned) : "");
}

base::Status set_scope(storage::Transaction& transaction, const identity::Predicate& predicate)
{
    if (transaction.dialect() == storage::Dialect::Sqlite)
        return {};
    return transaction.set_local("weijian.scope", scope_setting(predicate));
}

}  // namespace records
