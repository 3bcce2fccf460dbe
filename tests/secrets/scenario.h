#pragma once

// Writes known protected values through every door of a running server and remembers them.

#include "byte_search.h"
#include "demo/random.h"
#include "support/made_region.h"

namespace secrets {

class Scenario {
public:
    explicit Scenario(const support::ServerProcess& server) : server_(server) {}

    void keep_files();      // create, again with the same key, update, read, filter, history, unmask
    void send_wrong_ones(); // refused bodies and addresses
    void save_drafts();
    void import_files();    // with faulty lines; the reject sheets are fetched
    void export_files();
    void keep_accounts();   // passwords, phones, cards, second factors, recovery codes, tokens, sessions

    // Values that must be found nowhere, and those without protection that a search must find.
    const std::vector<Secret>& secret() const { return secrets_; }
    const std::vector<Secret>& control() const { return control_; }
    // Bodies of answers that show protected fields masked.
    const std::string& shown() const { return shown_; }

private:
    using Answer = http::ClientResponse;  // status 0: none came
    std::string remember(const std::string& kind, std::string value);
    std::string id_card(const std::string& kind);
    std::string phone(const std::string& kind);
    std::string words(const std::string& kind);
    std::string password(const std::string& kind);
    json::object file();
    static Answer ask(http::Client&, http::Method, const std::string& target, std::string body = {}, http::Pairs headers = {});
    Answer send(http::Client&, http::Method, const std::string& target, const json::object& body, int expected, http::Pairs headers = {});
    http::Client as(const std::string& login_name);
    void keep_sessions_of(const http::ClientResponse&, const std::string& kind);
    void use_account(http::Client& administrator, const std::string& login_name, const json::object& made);
    void bind_second_factor(http::Client&, const std::string& login_name, const std::string& password);
    std::string registry(int good, int faulty);
    std::string upload(http::Client&, const std::string& content);
    std::string wait_for_import(http::Client&, const std::string& id, const std::string& state);

    const support::ServerProcess& server_;
    demo::Random random_{20260928};
    std::vector<Secret> secrets_, control_;
    std::string shown_;
    std::vector<std::string> files_;  // ids
    int made_ = 0;
};

}  // namespace secrets
