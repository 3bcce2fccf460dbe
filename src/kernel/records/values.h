#pragma once

// One value of one field: from JSON with every rule that needs no database, to JSON, to and from its
// columns. In between values are rules::Value, so rules see them as they are:
//   text, code, region, id_card, credit_code, phone, polygon  string
//   integer and ids of ref, organisation, user, person        int64
//   codes / refs                                              list of string / int64
//   files / signature                                         list of maps / map {hash, name, size, media_type}
//   point                                                     map {lng, lat: Decimal with scale 7, system}

#include <string>
#include <string_view>
#include <vector>

#include "kernel/identity/keys.h"
#include "kernel/records/plan.h"
#include "kernel/rules/value.h"

namespace records {

struct Faults {
    std::vector<base::Fault> list;
    void add(std::string field, std::string code, base::Parameters parameters = {})
    {
        list.push_back({std::move(field), std::move(code), std::move(parameters)});
    }
    bool none() const { return list.empty(); }
};

// Null for JSON null and empty text. Faults: FIELD_TYPE, CONTROL_CHARACTERS, TEXT_LENGTH, PATTERN,
// NUMBER_RANGE, DECIMAL_*, DATE_*, TIMESTAMP_*, CODE_UNKNOWN, CODE_NOT_VALID, ID_CARD_*, CREDIT_CODE_*,
// PHONE_FORMAT, REGION_*, FILE_*, POINT_*, TOO_MANY.
rules::Value parse_value(const FieldPlan&, const json::value&, const std::string& path, base::Date today, Faults&);

json::value to_json(const FieldPlan&, const rules::Value&);
std::string mask_of(const FieldPlan&, const rules::Value&);  // what a screen shows of a protected value
bool same(const rules::Value&, const rules::Value&);

// The text that is encrypted and that a blind index is made of.
std::string text_form(const FieldPlan&, const rules::Value&);
Result<rules::Value> from_text_form(const FieldPlan&, std::string_view text);

// Reads the field's columns, beginning with `column`. A blob that does not open gives Unknown with
// the reason INTEGRITY_FAIL; `blob`, when given, gets the ciphertext as it is.
rules::Value read_value(const FieldPlan&, const storage::Row&, std::size_t column, base::Id row_id,
    const identity::FieldCipher&, std::string* blob = nullptr);
// The same for a field that is not encrypted; sort keys apart.
rules::Value read_plain(const FieldPlan&, const storage::Row&, std::size_t column);
void bind_plain(const FieldPlan&, const rules::Value&, storage::Values& out);
// Appends what the field's written columns hold. A `kept_blob` is written back unchanged.
void bind_value(const FieldPlan&, const rules::Value&, base::Id row_id, const identity::FieldCipher&,
    const std::string* kept_blob, storage::Values& out);
// The columns that bind_value fills, in its order.
std::vector<std::string> written_columns(const FieldPlan&);

}  // namespace records
