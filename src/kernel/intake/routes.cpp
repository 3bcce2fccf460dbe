// The public's calls: which forms there are, one form with its codes, sending, files, progress.

#include "base/regions.h"
#include "kernel/definitions/loader.h"
#include "kernel/identity/failures.h"
#include "kernel/intake/desk.h"

namespace intake {

using definitions::FieldType;
using http::Request;
using http::Response;

namespace {

constexpr std::int64_t file_size_max = 50LL << 20;

Result<definitions::Intake> intake_of(Desk& desk, const Request& request)
{
    const auto plans = desk.service().store.plan();
    const auto found = plans->release->intakes.find(request.parameter("intake"));
    if (found == plans->release->intakes.end())
        return Error{Kind::NotFound, "INTAKE_FORM_UNKNOWN"};
    return found->second;
}

Response fresh(const json::object& body, int status = 200)
{
    Response response = Response::json(body, status);
    response.with("Cache-Control", "no-store");
    return response;
}

Result<Response> list(Desk& desk, const Request& request)
{
    const auto plans = desk.service().store.plan();
    json::array items;
    for (const auto& [name, intake] : plans->release->intakes)
        items.push_back(json::object{{"name", name}, {"title", intake.title.in(request.language)}, {"purpose", intake.purpose.in(request.language)}});
    return fresh({{"items", std::move(items)}});
}

json::array codes_of(const definitions::Dictionary& dictionary, base::Date today, const std::string& language)
{
    json::array codes;
    for (const auto& entry : dictionary.entries)
        if (dictionary.valid_on(entry.code, today))
            codes.push_back(json::object{{"code", entry.code}, {"title", entry.title.in(language)}});
    return codes;
}

// The divisions that agencies of this installation look after.
Result<json::array> regions_of(Desk& desk)
{
    return desk.service().store.parts().database.read([](storage::Transaction& transaction) -> Result<json::array> {
        TRY_ASSIGN(const auto rows, transaction.query("SELECT DISTINCT region FROM organisation WHERE status = 'active' ORDER BY region"));
        json::array codes;
        for (const auto& row : rows)
            if (const auto* region = base::regions::find(row.text(0)))
                codes.push_back(json::object{{"code", region->code}, {"title", region->name}});
        return codes;
    });
}

Result<Response> form(Desk& desk, const Request& request)
{
    TRY_ASSIGN(const definitions::Intake intake, intake_of(desk, request));
    const auto plans = desk.service().store.plan();
    const auto& release = *plans->release;
    const auto* record = release.record(intake.record);
    json::array fields;
    for (const auto& name : intake.fields) {
        const auto* field = record->field(name);
        json::object described = definitions::describe(*field);
        described.erase("protect");  // the sender writes it himself
        if (const auto dictionary = release.dictionaries.find(field->dictionary); dictionary != release.dictionaries.end())
            described["codes"] = codes_of(dictionary->second, request.at.date(), request.language);
        if (field->type == FieldType::Region) {
            TRY_ASSIGN(described["codes"], regions_of(desk));
        }
        fields.push_back(std::move(described));
    }
    return fresh({{"name", intake.name}, {"title", intake.title.in(request.language)}, {"purpose", intake.purpose.in(request.language)},
        {"consent", intake.consent.in(request.language)}, {"done", intake.done.in(request.language)}, {"fields", std::move(fields)}});
}

Result<Response> submit(Desk& desk, const Request& request)
{
    TRY_ASSIGN(const definitions::Intake intake, intake_of(desk, request));
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY(desk.limits().count("submit:" + intake.name + ":" + identity::network_of(request.remote), intake.per_hour, request.at));
    TRY_ASSIGN(const Receipt receipt, desk.submit(intake, body, request.header("idempotency-key"), request));
    return fresh({{"number", receipt.number}, {"code", receipt.code}, {"done", intake.done.in(request.language)}}, 201);
}

// Files lie under the sender's own key; how many a network may begin in an hour is limited.
Result<base::Id> upload_owner(Desk& desk, const Request& request)
{
    TRY_ASSIGN(const definitions::Intake intake, intake_of(desk, request));
    const std::string key = request.header("idempotency-key");
    if (key.size() < 16 || key.size() > 100)
        return Error{Kind::Invalid, "INTAKE_KEY"};
    if (request.method == http::Method::Post)
        TRY(desk.limits().count("file:" + intake.name + ":" + identity::network_of(request.remote), intake.files_per_hour, request.at));
    return owner_of_key(key);
}

Result<Response> progress(Desk& desk, const Request& request)
{
    TRY_ASSIGN(const json::object body, request.json_object());
    TRY_ASSIGN(const std::string number, base::required_string(body, "number"));
    TRY_ASSIGN(const std::string code, base::required_string(body, "code"));
    // Which form a number belongs to is known only afterwards; the most generous one counts.
    int look_ups = 1;
    for (const auto& [name, intake] : desk.service().store.plan()->release->intakes)
        look_ups = std::max(look_ups, intake.look_ups_per_hour);
    TRY(desk.limits().count("progress:" + identity::network_of(request.remote), look_ups, request.at));
    TRY_ASSIGN(const json::object answer, desk.progress(number, code, request));
    return fresh(answer);
}

}  // namespace

void add_routes(http::Router& router, Desk& desk)
{
    const auto open = http::public_access();
    const auto with = [&desk](auto handler) {
        return [&desk, handler](const Request& request) -> Result<Response> { return handler(desk, request); };
    };
    router.get("/api/intake", open, with(list));
    router.get("/api/intake/{intake}", open, with(form));
    router.post("/api/intake/{intake}", open, with(submit));
    router.post("/api/intake-progress", open, with(progress));
    records::add_upload_routes(router, desk.service(), {"/api/intake/{intake}/uploads", open,
        [&desk](const Request& request) { return upload_owner(desk, request); }, file_size_max});
}

}  // namespace intake
