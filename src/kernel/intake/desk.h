#pragma once

// What the public sends, and how it is followed afterwards.
//
// A submission becomes a record of the agency in charge, written by the system itself; only the fields
// that the intake names are taken. The answer never tells what the installation holds: no
// duplicates, no ids, no other record's label.

#include "http/router.h"
#include "kernel/intake/limits.h"
#include "kernel/records/routes.h"

namespace intake {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

struct Receipt {
    std::string number;
    std::string code;  // eight characters; known to the sender alone
};

class Desk {
public:
    // Makes its table.
    static Result<std::unique_ptr<Desk>> open(records::Service&);

    // INTAKE_KEY unless `key` has 16 to 100 characters; VALIDATION with all faults; INTAKE_THROTTLED. The
    // same key and body answers the same, another body IDEMPOTENCY_MISMATCH.
    Result<Receipt> submit(const definitions::Intake&, const json::object& body, const std::string& key, const http::Request&);
    // {title, number, state, fields: [{title, value}], steps: [{at, state}]}. INTAKE_UNKNOWN for a wrong
    // number or code alike; five wrong codes for a number close it for an hour.
    Result<json::object> progress(const std::string& number, const std::string& code, const http::Request&);

    records::Service& service() { return service_; }
    Limits& limits() { return limits_; }

private:
    explicit Desk(records::Service& service) : service_(service) {}
    Result<base::Id> organisation_for(const definitions::Intake&, const json::object& body) const;

    records::Service& service_;
    Limits limits_;
};

// Whose uploads are under this key; negative, so it is no user.
base::Id owner_of_key(const std::string& key);

// GET /api/intake, GET /api/intake/{intake}, POST there and its uploads, POST /api/intake-progress. Public.
void add_routes(http::Router&, Desk&);

}  // namespace intake
