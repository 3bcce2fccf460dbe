#pragma once

// The first start without demo: a one-time code shown on the console lets somebody create the root
// organisation and the three administrators. There is no built-in account and no built-in password.

#include "kernel/identity/identity.h"

namespace identity {

struct FirstAdministrator {
    std::string login_name, display_name, password;
};
struct Setup {
    std::string code;
    std::string name, region, credit_code = {};  // of the root organisation
    FirstAdministrator system, security, audit;
};

Result<bool> setup_needed(Identity&);
// A new code (an older one stops working), to be printed on the console. SETUP_DONE.
Result<std::string> begin_setup(Identity&);
// SETUP_CODE, SETUP_DONE; faults such as administrators.audit.login_name SETUP_NAME (admin, root, test,
// guest ... and names used twice), PWD_*; ORG_* of the organisation.
Status complete_setup(Identity&, Setup, const std::string& remote);

}  // namespace identity
