#pragma once

// One action while it happens: what every part of the engine needs to know.

#include "kernel/workflow/engine.h"

namespace workflow {

struct Moment {
    const Engine::Parts& parts;
    Transaction& transaction;
    const records::Plan& plans;
    const records::RecordPlan& plan;
    const definitions::Workflow& flow;
    const Context& context;
    records::Life& life;  // for records that an action creates

    base::Id actor() const { return context.subject ? context.subject->user : 0; }
    base::Timestamp now() const { return context.at; }
};

// Does the action and writes everything; gives the record as it is then. `image` is the row as it is
// in this transaction. As the system (no subject) nobody is asked for rights.
Result<records::Image> perform(const Moment&, records::Image image, const definitions::FlowAction&, const json::object& body);
// The refusal, if the subject may not do this action on the row.
Status may(const Moment&, const records::Image&, const definitions::FlowAction&);

// The people a party means for this record, each once.
Result<std::vector<base::Id>> people_of(const Moment&, const records::Image&, const std::vector<definitions::Party>&);
std::vector<base::Id> people_in(const records::RecordPlan&, const records::Image&, const std::string& field);

// Faults of officers that are missing, the same or not eligible.
Status check_officers(const Moment&, records::Form&, const definitions::Officers&);

// Effects that stand before the row is written (`create`, `call`) and after it (`notify`).
Status run_effects(const Moment&, records::Form&, const definitions::FlowAction&);
Status send_notices(const Moment&, const records::Image&, const definitions::FlowAction&);
Status send_notice(const Moment&, const records::Image&, const std::vector<base::Id>& to, const definitions::Title&, const definitions::Title& text);

}  // namespace workflow
