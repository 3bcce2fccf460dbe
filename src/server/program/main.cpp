// The command line. Every command is a function of server/commands.h; here stand names and help.

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "server/commands/commands.h"

int main(int count, char** arguments)
{
    CLI::App app{"Weijian (卫健): the platform a health authority runs its region on.\n"
                 "Try it:   weijian demo && weijian serve   then open http://localhost:8080\n"
                 "For real: weijian init && weijian serve   and follow the address it prints"};
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help of every command");
    server::Common common;
    int exit_code = 0;
    app.add_option("--data", common.data, "Data folder")->capture_default_str()->envname("WEIJIAN_DATA");
    app.add_flag("--json", common.json, "One JSON object instead of sentences");
    app.add_flag("--quiet", common.quiet, "No progress");
    app.fallthrough();

    const auto command = [&](CLI::App& parent, const char* name, const char* help, auto work) {
        CLI::App* sub = parent.add_subcommand(name, help);
        sub->callback([&exit_code, work] { exit_code = work(); });
        return sub;
    };

    server::InitOptions init;
    command(app, "init", "Make a new, empty installation; prints a one-time code for the first page",
        [&] { return server::init(common, init); })
        ->add_option("--database", init.database, "postgresql://user:secret@host/name; default: embedded")
        ->envname("WEIJIAN_DATABASE");

    server::ServeOptions serve;
    CLI::App* serve_command = command(app, "serve", "Serve the pages and interfaces until stopped",
        [&] { return server::serve(common, serve); });
    serve_command->add_option("--port", serve.port, "Port; 0 takes any free one")->envname("WEIJIAN_PORT");
    serve_command->add_option("--address", serve.address, "Address to listen on");
    serve_command->add_option("--port-file", serve.port_file, "File that gets the port once it is open");
    serve_command->add_flag("--show-accounts", serve.show_accounts, "Print the accounts of a demo region");
    serve_command->add_flag("--insecure", serve.insecure, "Listen beyond this machine without TLS");

    server::CheckOptions check;
    CLI::App* check_command = command(app, "check", "Check definitions and run their stories",
        [&] { return server::check(common, check); });
    check_command->add_option("systems", check.systems, "Folders such as systems/units")->required();
    check_command->add_flag("--release", check.for_release, "Also refuse missing English titles");
    check_command->add_flag("!--no-stories", check.stories, "Definitions only");
    check_command->add_flag("!--no-invert", check.invert, "Do not test the stories themselves");
    check_command->add_option("--database", check.database, "Run the stories on this PostgreSQL database, which is emptied");

    server::ApplyOptions apply;
    CLI::App* apply_command = command(app, "apply", "Check, show the migration, store and activate definitions",
        [&] { return server::apply(common, apply); });
    apply_command->add_option("systems", apply.systems, "Folder of system folders, such as systems")->required();
    apply_command->add_option("--confirm", apply.confirmed, "A step that loses something, such as unit.remark");
    apply_command->add_flag("--plan", apply.plan_only, "Show the migration only");

    server::DemoOptions demo;
    CLI::App* demo_command = command(app, "demo", "Make an installation with a made-up region",
        [&] { return server::demo(common, demo); });
    demo_command->add_option("--database", demo.database, "As for init")->envname("WEIJIAN_DATABASE");
    demo_command->add_option("--units", demo.units, "Supervised units")->capture_default_str()->check(CLI::NonNegativeNumber);
    demo_command->add_option("--password", demo.password, "Password of every account; default: made at random");
    demo_command->add_option("--seed", demo.seed, "The same seed makes the same region")->capture_default_str();

    server::ImportOptions import;
    CLI::App* import_command = command(app, "import", "Import a CSV or XLSX file into a record",
        [&] { return server::import_file(common, import); });
    import_command->add_option("record", import.record, "Record, such as unit")->required();
    import_command->add_option("file", import.file, "CSV (UTF-8 or GB 18030) or XLSX")->required();
    import_command->add_option("--as", import.login_name, "Login name on whose behalf")->required();
    import_command->add_option("--rejects", import.rejects, "File for the refused rows and their faults");
    import_command->add_flag("--all-or-nothing", import.all_or_nothing, "Write nothing when a row is refused");
    import_command->add_flag("--check", import.check_only, "Say what would happen, write nothing");

    server::ExportOptions export_options;
    CLI::App* export_command = command(app, "export", "Export a record's list to CSV or XLSX",
        [&] { return server::export_file(common, export_options); });
    export_command->add_option("record", export_options.record, "Record, such as unit")->required();
    export_command->add_option("file", export_options.file, "Ends with .csv or .xlsx")->required();
    export_command->add_option("--as", export_options.login_name, "Login name on whose behalf")->required();
    export_command->add_option("--where", export_options.query, "Filters as in a list's address: state=eq.open&order=number");

    CLI::App* user = app.add_subcommand("user", "Accounts")->require_subcommand(1);
    std::string login_name, text;
    command(*user, "list", "List accounts", [&] { return server::user_list(common, text); })
        ->add_option("text", text, "Part of a login name or name");
    command(*user, "reset-password", "Give a temporary password, shown once",
        [&] { return server::user_reset_password(common, login_name); })
        ->add_option("login", login_name)->required();
    command(*user, "unlock", "End a lock after failed sign-ins", [&] { return server::user_unlock(common, login_name); })
        ->add_option("login", login_name)->required();

    CLI::App* key = app.add_subcommand("key", "Keys of protected fields")->require_subcommand(1);
    std::string domain = "records";
    std::filesystem::path key_file;
    command(*key, "list", "List data keys", [&] { return server::key_list(common); });
    command(*key, "export", "Print the root key as one line, for a safe", [&] { return server::key_export(common); });
    command(*key, "import", "Restore the root key from that line", [&] { return server::key_import(common, key_file); })
        ->add_option("file", key_file, "File with the line")->required();
    bool later = false, forget_history = false;
    std::uint32_t key_id = 0;
    CLI::App* rotate = command(*key, "rotate", "Make a new data key and bring every value under it",
        [&] { return server::key_rotate(common, domain, later); });
    rotate->add_option("--domain", domain, "records, accounts, totp or index")->capture_default_str();
    rotate->add_flag("--later", later, "Leave the re-encryption to the running service");
    CLI::App* retire = command(*key, "retire", "Wipe an old data key that nothing uses any more",
        [&] { return server::key_retire(common, key_id, forget_history); });
    retire->add_option("key", key_id, "Its number in `key list`")->required();
    retire->add_flag("--forget-history", forget_history, "Also when protected values in the history become unreadable");

    CLI::App* audit = app.add_subcommand("audit", "The change log")->require_subcommand(1);
    command(*audit, "verify", "Recompute the chain and check every signature", [&] { return server::audit_verify(common); });

    command(app, "version", "Print the version", [&] { return server::version(common); });

    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault) == 0 ? 0 : 2;
    }
    return exit_code;
}
