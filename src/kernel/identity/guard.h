#pragma once

// What stands before every handler: who asks, may he, and did his own page send this.
//
// Browsers carry a cookie (`__Host-weijian` over TLS, else `weijian`; HttpOnly, SameSite=Lax, so a
// link in a mail still opens) and prove unsafe requests with X-CSRF-Token and Origin. Machines carry
// `Authorization: Bearer`. A session that must change its password or lacks the second factor its
// roles demand reaches the account pages and nothing else.

#include "kernel/identity/sign_in.h"

namespace identity {

http::Guard make_guard(Identity&);

// The signed-in user of a request that has passed the guard.
const Subject& subject_of(const http::Request&);
std::shared_ptr<const Subject> shared_subject_of(const http::Request&);

Cause cause_of(const http::Request&);
Origin origin_of(const http::Request&);

std::string session_cookie_name(const http::Request&);
void set_session_cookie(http::Response&, const http::Request&, const std::string& token);
void clear_session_cookie(http::Response&, const http::Request&);
void set_device_cookie(http::Response&, const http::Request&, const std::string& token);

}  // namespace identity
