#pragma once

// Values as a document prints them: dates and amounts in Chinese form, codes as their titles,
// protected values as their masks, and "/" where nothing was filled in.

#include "base/decimal.h"
#include "kernel/documents/definition.h"

namespace documents {

using base::Result;

std::string chinese_date(base::Date);               // 2026年11月21日
std::string chinese_amount(const base::Decimal&);   // 壹万贰仟元整; exact to the fen

// What stands on a document beside the record's own values.
struct Facts {
    std::string number, agency, user, code;
    base::Date date;
    int version = 1;
};

// The template filled with a record as the records interface answers it. DOCUMENT_TEMPLATE.
Result<std::string> filled(const definitions::Release&, const Definition&, const json::object& record, const Facts&);

// Fields that must be filled and are not.
std::vector<std::string> missing(const Definition&, const json::object& record);

}  // namespace documents
