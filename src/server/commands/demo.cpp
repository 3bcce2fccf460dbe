// demo: an installation with a made-up region, ready to sign in.

#include "base/crypto.h"
#include "base/files.h"
#include "demo/region.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"
#include "server/installation.h"

namespace server {

namespace {

const base::SystemClock system_clock;

std::string random_password() { return "Demo-" + base::crypto::base32(base::crypto::random_bytes(5)) + "-2026"; }

// What `serve --show-accounts` prints; readable by the owner of the keys alone.
std::string account_list(const demo::Region& region, const std::string& password)
{
    std::string text = "Demo accounts (every password: " + password + ")\n";
    for (const demo::Account& account : region.accounts) {
        const bool shown = account.login_name.ends_with(".beijing") || account.login_name.ends_with(".chaoyang") ||
            account.login_name.ends_with(".admin");
        if (shown)
            text += "  " + account.login_name + std::string(22 - std::min<std::size_t>(21, account.login_name.size()), ' ') +
                account.role_title + "  " + account.organisation + "\n";
    }
    return text + "  … and the same for every district: clerk.haidian, officer.fengtai, …\n";
}

}  // namespace

int demo(const Common& common, const DemoOptions& options)
{
    auto installation = create_installation(default_config(common.data, options.database), system_clock);
    if (!installation.ok())
        return refuse(common, installation.error());
    auto store = make_store(*installation);
    if (!store.ok())
        return refuse(common, store.error());

    Progress progress{"demo region", options.units, common.quiet || common.json};
    demo::RegionOptions region_options;
    region_options.seed = options.seed;
    region_options.units = options.units;
    region_options.password = options.password.empty() ? random_password() : options.password;
    region_options.progress = [&](std::int64_t made) { progress.at(made); };
    const auto region = demo::make_region(*installation->identity, **store, region_options);
    if (!region.ok())
        return refuse(common, region.error());
    progress.at(region->units);
    progress.finish();
    const std::string accounts = account_list(*region, region_options.password);
    const auto written = base::files::write_durably(installation->config.keys / "demo-accounts.txt", accounts, 0600);
    if (!written.ok())
        return refuse(common, written.error());
    tell(common, {{"ok", true}, {"units", region->units}, {"accounts", region->accounts.size()}}, accounts);
    return 0;
}

}  // namespace server
