// import and export from the console, on behalf of an account and with its rights.

#include "base/files.h"
#include "base/text.h"
#include "http/message.h"
#include "kernel/identity/users.h"
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
    static_cast<void>(options);
    return 2;
}

}  // namespace server
