// import and export from the console, on behalf of an account and with its rights.

#include "base/files.h"
#include "base/text.h"
#include "http/message.h"
#include "kernel/identity/users.h"
#include "kernel/imports/rejects.h"
#include "kernel/imports/run.h"
#include "kernel/records/routes.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"
#include "server/installation.h"

namespace server {

namespace {

const base::SystemClock system_clock;

// What both commands work with: the store and the person on whose behalf.
struct Desk {
    Installation installation;
    std::unique_ptr<records::Store> store;
    std::shared_ptr<const identity::Subject> subject;
    records::Context context;
};

Result<std::unique_ptr<Desk>> open_desk(const Common& common, const std::string& login_name)
{
    auto desk = std::make_unique<Desk>();
    TRY_ASSIGN(desk->installation, open_installation(common.data, system_clock));
    Installation& parts = desk->installation;
    TRY_ASSIGN(desk->store, make_store(parts));
    const identity::Policy policy = parts.identity->policy();
    const identity::AccountPolicy account_policy = parts.identity->account_policy();
    TRY_ASSIGN(desk->subject, parts.database->read([&](storage::Transaction& transaction) -> Result<std::shared_ptr<const identity::Subject>> {
        TRY_ASSIGN(const auto user, identity::find_login(transaction, login_name));
        if (!user)
            return base::Error{base::Kind::NotFound, "USER_UNKNOWN", {"as"}};
        TRY_ASSIGN(auto subject, identity::load_subject(transaction, *user, policy, account_policy, system_clock.now()));
        if (!subject)
            return base::Error{base::Kind::Forbidden, "USER_STATE", {"as"}};
        return std::shared_ptr<const identity::Subject>{std::move(subject)};
    }));
    desk->context.subject = desk->subject.get();
    desk->context.at = system_clock.now();
    desk->context.remote = "console";
    desk->context.language = terminal_language();
    return desk;
}

http::Pairs pairs_of(const std::string& query)
{
    http::Pairs pairs;
    for (const std::string_view part : base::text::split(query, '&')) {
        if (part.empty())
            continue;
        const std::size_t equals = part.find('=');
        pairs.emplace_back(part.substr(0, equals), equals == std::string_view::npos ? "" : part.substr(equals + 1));
    }
    return pairs;
}

void print_faults(const http::Messages& messages, const std::vector<imports::RowFault>& faults)
{
    constexpr std::size_t shown_max = 50;
    for (std::size_t index = 0; index < std::min(shown_max, faults.size()); ++index) {
        const imports::RowFault& fault = faults[index];
        std::fprintf(stderr, "row %zu, %s: %s\n", fault.row, fault.column.c_str(),
            imports::sentence_of(fault, messages, terminal_language()).c_str());
    }
    if (faults.size() > shown_max)
        std::fprintf(stderr, "… and %zu more; --rejects FILE writes all of them\n", faults.size() - shown_max);
}

Status write_rejects(const Desk& desk, const ImportOptions& options, const std::vector<imports::RowFault>& faults)
{
    const auto format = options.rejects.extension() == ".xlsx" ? imports::SheetFormat::Xlsx : imports::SheetFormat::Csv;
    return imports::write_rejects(
        options.file, {}, faults, format, options.rejects, desk.installation.messages, terminal_language());
}

}  // namespace

int export_file(const Common& common, const ExportOptions& options)
{
    const auto desk = open_desk(common, options.login_name);
    if (!desk.ok())
        return refuse(common, desk.error());
    std::string format = options.file.extension().string();
    if (!format.empty())
        format.erase(0, 1);
    const records::Export wanted{options.record, pairs_of(options.query), format};
    const auto written = records::write_list(*(*desk)->store, wanted, (*desk)->context, options.file.string());
    if (!written.ok())
        return refuse(common, written.error());
    tell(common, {{"ok", true}, {"file", options.file.string()}}, "Written: " + options.file.string());
    return 0;
}

int import_file(const Common& common, const ImportOptions& options)
{
    const auto desk = open_desk(common, options.login_name);
    if (!desk.ok())
        return refuse(common, desk.error());
    imports::ImportOptions import_options;
    import_options.mode = options.all_or_nothing ? imports::Mode::AllOrNothing : imports::Mode::GoodRows;
    import_options.dry = options.check_only;
    Progress progress{"import", 0, common.quiet || common.json};
    const auto summary = imports::import_file(*(*desk)->store, (*desk)->context, options.record, options.file, import_options,
        [&](const imports::Counts& counts) { progress.at(static_cast<std::int64_t>(counts.done)); });
    if (!summary.ok())
        return refuse(common, summary.error());
    progress.finish();
    const imports::Counts& counts = summary->counts;
    if (!common.json)
        print_faults((*desk)->installation.messages, summary->faults);
    if (!options.rejects.empty()) {
        const auto written = write_rejects(*(*desk), options, summary->faults);
        if (!written.ok())
            return refuse(common, written.error());
    }
    tell(common,
        {{"ok", counts.rejected == 0}, {"written", summary->written}, {"created", counts.created}, {"updated", counts.updated},
            {"unchanged", counts.unchanged}, {"rejected", counts.rejected}},
        std::to_string(counts.created) + " created, " + std::to_string(counts.updated) + " updated, " +
            std::to_string(counts.unchanged) + " unchanged, " + std::to_string(counts.rejected) + " rejected" +
            (summary->written ? "" : "; nothing was written"));
    return counts.rejected == 0 ? 0 : 1;
}

}  // namespace server
