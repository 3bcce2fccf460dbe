#include "kernel/intake/desk.h"

#include "base/crypto.h"
#include "base/embedded.h"
#include "base/regions.h"
#include "kernel/identity/failures.h"

std::span<const base::EmbeddedFile> intake_files();

namespace intake {

using records::Context;
using storage::Transaction;

namespace {

constexpr int wrong_codes_max = 5;

constexpr std::string_view insert_receipt = R"sql(
    INSERT INTO intake_receipt (number, intake, record, id, code_hash, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (number) DO NOTHING
)sql";
constexpr std::string_view select_receipt = "SELECT intake, record, id, code_hash FROM intake_receipt WHERE number = ?1";
// The agency in charge of the division: the longest region that holds it, the highest agency there.
constexpr std::string_view select_agencies
    = "SELECT id, region, path FROM organisation WHERE status = 'active' ORDER BY path";

std::string bytes_of(const base::crypto::Digest& digest) { return {digest.begin(), digest.end()}; }

// Eight letters and digits that are not mistaken for each other when read out on the telephone.
std::string code_of(const std::string& key, const std::string& number)
{
    constexpr std::string_view alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    const auto digest = base::crypto::hmac_sm3(key, "intake-code:" + number);
    std::string code;
    for (std::size_t i = 0; i < 8; ++i)
        code += alphabet[(digest[2 * i] * 256U + digest[2 * i + 1]) % alphabet.size()];
    return code;
}

std::string code_hash(const std::string& number, const std::string& code)
{
    return bytes_of(base::crypto::hmac_sm3(number, "intake-receipt:" + code));
}

std::string normalised(std::string_view text)
{
    std::string result;
    for (const char c : text)
        if (c != ' ' && c != '-')
            result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

}  // namespace

base::Id owner_of_key(const std::string& key)
{
    const auto digest = base::crypto::sm3("intake-owner:" + key);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i)
        number = number << 8 | digest[i];
    return -static_cast<base::Id>(number >> 2) - 1;
}

Result<std::unique_ptr<Desk>> Desk::open(records::Service& service)
{
    TRY(storage::migrate(service.store.parts().database, "intake", intake_files()));
    return std::unique_ptr<Desk>(new Desk(service));
}

Result<base::Id> Desk::organisation_for(const definitions::Intake& intake, const json::object& body) const
{
    const std::string region = intake.organisation_from.empty() ? "" : base::string_or(body, intake.organisation_from, "");
    return service_.store.parts().database.read([&](Transaction& transaction) -> Result<base::Id> {
        TRY_ASSIGN(const auto rows, transaction.query(select_agencies));
        base::Id best = 0, root = 0;
        std::size_t length = 0;
        for (const auto& row : rows) {
            const std::string held = row.text(1);
            const std::size_t prefix = base::regions::scope_prefix(held).size();
            if (root == 0)
                root = row.integer(0);
            if (!region.empty() && base::regions::within(region, held) && prefix > length) {
                best = row.integer(0);
                length = prefix;
            }
        }
        if (best == 0 && root == 0)
            return Error{Kind::Unavailable, "INTAKE_CLOSED"};
        return best != 0 ? best : root;
    });
}

Result<Receipt> Desk::submit(const definitions::Intake& intake, const json::object& body, const std::string& key,
    const http::Request& request)
{
    if (key.size() < 16 || key.size() > 100)
        return Error{Kind::Invalid, "INTAKE_KEY"};
    Error faults{Kind::Invalid, "VALIDATION"};
    for (const auto& [name, value] : body)
        if (std::ranges::find(intake.fields, std::string_view(name)) == intake.fields.end())
            faults.faults.push_back({std::string(name), "UNKNOWN_FIELD", {{"field", std::string(name)}}});
    if (!faults.faults.empty())
        return faults;
    json::object whole = body;
    for (const auto& [name, value] : intake.set)
        whole[name] = value;
    TRY_ASSIGN(const base::Id organisation, organisation_for(intake, body));
    whole["organisation"] = std::to_string(organisation);

    Context context;
    context.at = request.at;
    context.language = request.language;
    context.source = "PUBLIC";
    context.request_id = request.id;
    context.remote = request.remote;
    context.upload_owner = owner_of_key(key);
    context.route = "/api/intake/" + intake.name;
    context.idempotency_key = key;
    context.body_hash = bytes_of(base::crypto::sha256(json::serialize(body)));
    auto saved = service_.store.create(intake.record, whole, context);
    if (!saved.ok()) {
        // What is there already is nobody's business out here.
        if (saved.error().kind == Kind::Conflict && saved.error().code == "UNIQUE")
            return Error{Kind::Conflict, "INTAKE_KNOWN"};
        return saved.error();
    }
    const std::string number{saved->record.at("number").as_string()};
    Receipt receipt{number, code_of(key, number)};
    const std::string hash = code_hash(number, receipt.code);
    TRY(service_.store.parts().database.write([&](Transaction& transaction) -> Status {
        TRY(transaction.execute(insert_receipt, {number, intake.name, intake.record, saved->id, storage::Bytes{hash}, request.at}));
        return {};
    }));
    return receipt;
}

Result<json::object> Desk::progress(const std::string& number_given, const std::string& code_given, const http::Request& request)
{
    const std::string number = normalised(number_given), code = normalised(code_given);
    const std::string wrong = "wrong:" + number;
    TRY(limits_.check(wrong, wrong_codes_max, request.at));
    struct Found {
        std::string intake, record;
        base::Id id = 0;
        std::string hash;
    };
    TRY_ASSIGN(const auto found, service_.store.parts().database.read([&](Transaction& transaction) -> Result<std::optional<Found>> {
        TRY_ASSIGN(const auto row, transaction.first(select_receipt, {number}));
        if (!row)
            return std::optional<Found>{};
        return std::optional{Found{row->text(0), row->text(1), row->integer(2), std::string(row->bytes(3))}};
    }));
    if (!found || !base::crypto::equal(found->hash, code_hash(number, code))) {
        if (found)
            (void)limits_.count(wrong, wrong_codes_max, request.at);
        return Error{Kind::NotFound, "INTAKE_UNKNOWN"};
    }
    const auto plans = service_.store.plan();
    const auto intake = plans->release->intakes.find(found->intake);
    if (intake == plans->release->intakes.end())
        return Error{Kind::NotFound, "INTAKE_UNKNOWN"};
    Context context;
    context.at = request.at;
    context.language = request.language;
    context.request_id = request.id;
    TRY_ASSIGN(const json::object record, service_.store.read(found->record, found->id, context));
    TRY_ASSIGN(const json::object history, service_.store.history(found->record, found->id, {}, context));

    json::object answer{{"title", intake->second.title.in(request.language)}, {"number", number}, {"state", record.at("state")}};
    json::array fields;
    for (const auto& name : intake->second.progress) {
        const auto* field = plans->release->field_of(*plans->release->record(found->record), name);
        if (const json::value* value = record.if_contains(name); field && value && !value->is_null())
            fields.push_back(json::object{{"name", name}, {"title", field->title.in(request.language)},
                {"type", definitions::name_of(field->type)}, {"value", *value}});
    }
    answer["fields"] = std::move(fields);
    json::array steps;
    for (const json::value& entry : history.at("items").as_array()) {
        const json::object& one = entry.as_object();
        for (const json::value& change : one.at("changes").as_array())
            if (change.as_object().at("field") == "state")
                steps.push_back(json::object{{"at", one.at("at")}, {"state", change.as_object().at("after")}});
    }
    answer["steps"] = std::move(steps);
    return answer;
}

}  // namespace intake
