// The list as a file: CSV or XLSX, built in a temporary file while rows stream by.

#include <cstdio>
#include <filesystem>

#include "base/crypto.h"
#include "base/text.h"
#include "kernel/records/routes.h"
#include "kernel/sheets/writer.h"

namespace records {

using definitions::FieldType;
using http::Request;
using http::Response;

namespace {

struct Heading {
    std::string name;
    std::string title;
    const FieldPlan* field = nullptr;
};

std::vector<Heading> headings_of(const RecordPlan& plan, const std::string& language, const std::optional<std::string>& columns)
{
    std::vector<std::string> names;
    if (columns && !columns->empty()) {
        for (const std::string_view name : base::text::split(*columns, ','))
            names.emplace_back(name);
    } else {
        names = {"number", "organisation", "region", "state"};
        for (const FieldPlan& field : plan.set.fields)
            if (field.type != FieldType::Files && field.type != FieldType::Signature && field.type != FieldType::Polygon)
                names.push_back(field.name());
        names.insert(names.end(), {"created_at", "updated_at"});
    }
    std::vector<Heading> headings;
    for (const std::string& name : names) {
        if (const FieldPlan* field = plan.set.find(name))
            headings.push_back({name, field->field->title.in(language), field});
        else
            for (const definitions::Field& standard : definitions::standard_fields())
                if (standard.name == name)
                    headings.push_back({name, standard.title.in(language), nullptr});
    }
    return headings;
}

std::string degrees(const json::value& value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.7f", value.is_number() ? value.to_number<double>() : 0.0);
    return text;
}

std::string scalar_text(const Heading& heading, const json::value& value, const std::string& language)
{
    if (value.is_string()) {
        const std::string text(value.as_string());
        if (heading.field && (heading.field->type == FieldType::Code || heading.field->type == FieldType::Codes)) {
            const auto entry = heading.field->codes.find(text);
            return entry == heading.field->codes.end() ? text : entry->second->title.in(language);
        }
        if ((heading.field && heading.field->type == FieldType::DateTime) || heading.name.ends_with("_at"))
            if (const auto at = base::Timestamp::parse(text); at.ok())
                return at->local_text();
        return text;
    }
    if (value.is_bool())
        return language == "en" ? (value.as_bool() ? "yes" : "no") : (value.as_bool() ? "是" : "否");
    if (value.is_object()) {
        const json::object& object = value.as_object();
        if (const json::value* lng = object.if_contains("lng"))
            return degrees(*lng) + "," + degrees(object.at("lat")) + "," + base::string_or(object, "system", "");
        return base::string_or(object, "label", "");
    }
    return value.is_null() ? "" : json::serialize(value);
}

std::string cell_text(const Heading& heading, const json::object& row, const std::string& language)
{
    const json::value* value = row.if_contains(heading.name);
    if (!value)
        return {};
    if (!value->is_array())
        return scalar_text(heading, *value, language);
    std::string text;
    for (const json::value& element : value->as_array())
        text += (text.empty() ? "" : "、") + scalar_text(heading, element, language);
    return text;
}

sheets::Cell::Kind cell_kind(const Heading& heading)
{
    if (!heading.field)
        return sheets::Cell::Kind::Text;
    switch (heading.field->type) {
    case FieldType::Integer:
    case FieldType::Decimal:
    case FieldType::Money: return sheets::Cell::Kind::Number;
    case FieldType::Date: return sheets::Cell::Kind::Date;
    default: return sheets::Cell::Kind::Text;
    }
}

Status write_csv(Store& store, const Export& wanted, const Context& context, const std::vector<Heading>& headings, const std::string& path)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "wbx"), std::fclose};
    if (!file)
        return Error{Kind::Unavailable, "FILE_UNWRITABLE"};
    std::vector<std::string> cells;
    for (const Heading& heading : headings)
        cells.push_back(heading.title);
    std::string out{sheets::csv_start};
    sheets::append_csv_row(out, cells);
    bool written = true;
    const auto flush = [&] {
        written = written && std::fwrite(out.data(), 1, out.size(), file.get()) == out.size();
        out.clear();
    };
    TRY(store.export_rows(wanted.record, wanted.query, context, [&](const json::object& row) {
        for (std::size_t i = 0; i < headings.size(); ++i)
            cells[i] = cell_text(headings[i], row, context.language);
        sheets::append_csv_row(out, cells);
        if (out.size() > (1 << 16))
            flush();
        return written;
    }));
    flush();
    return written && std::fflush(file.get()) == 0 ? Status{} : Status{Error{Kind::Unavailable, "DISK_FULL"}};
}

Status write_xlsx(Store& store, const Export& wanted, const Context& context, const std::vector<Heading>& headings,
    const std::string& title, const std::string& path)
{
    std::vector<sheets::Column> columns;
    for (const Heading& heading : headings)
        columns.push_back({heading.title});
    TRY_ASSIGN(auto writer, sheets::XlsxWriter::open(path, title, std::move(columns)));
    std::vector<sheets::Cell> cells(headings.size());
    Status status;
    TRY(store.export_rows(wanted.record, wanted.query, context, [&](const json::object& row) {
        for (std::size_t i = 0; i < headings.size(); ++i)
            cells[i] = {cell_text(headings[i], row, context.language), cell_kind(headings[i])};
        status = writer.add(cells);
        return status.ok();
    }));
    TRY(status);
    return writer.close();
}

}  // namespace

Status write_list(Store& store, const Export& wanted, const Context& context, const std::string& path)
{
    if (wanted.format != "csv" && wanted.format != "xlsx")
        return Error{Kind::Invalid, "QUERY_VALUE", {"format"}, {{"field", "format"}, {"value", wanted.format}}};
    const auto plans = store.plan();
    const RecordPlan* plan = plans->find(wanted.record);
    if (!plan)
        return Error{Kind::NotFound, "RECORD_KIND_UNKNOWN", {}, {{"record", wanted.record}}};
    std::optional<std::string> columns;
    for (const auto& [name, value] : wanted.query)
        if (name == "columns")
            columns = value;
    const auto headings = headings_of(*plan, context.language, columns);
    const Status written = wanted.format == "csv"
        ? write_csv(store, wanted, context, headings, path)
        : write_xlsx(store, wanted, context, headings, plan->record->title.in(context.language), path);
    if (!written.ok()) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
    return written;
}

namespace {

Result<Response> export_list(Service& service, const Request& request)
{
    const std::string format = request.query_value("format").value_or("csv");
    const std::string path = service.temporary_folder + "/export-" + base::crypto::random_token();
    TRY(write_list(service.store, {request.parameter("record"), request.query, format}, context_of(request), path));
    const std::string title = service.store.plan()->find(request.parameter("record"))->record->title.in(request.language);
    const std::string media_type = format == "csv" ? "text/csv; charset=utf-8"
                                                   : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    return Response::file({path, true}, media_type, title + "-" + request.at.date().text() + "." + format);
}

}  // namespace

void add_export_routes(http::Router& router, Service& service)
{
    router.get("/api/records/{record}/export", http::permission("records"),
        [&service](const Request& request) { return export_list(service, request); });
}

}  // namespace records
