-- 0002_accounts.sql: organisations, people with accounts, what they may do, and how they sign in.
-- Nothing here holds a usable secret: passwords, tokens and codes are hashes, phone and identity
-- numbers and second-factor seeds are encrypted blobs.
CREATE TABLE organisation (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    parent BIGINT REFERENCES organisation(id),
    path TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    credit_code TEXT UNIQUE,
    created_at {{timestamp}} NOT NULL,
    updated_at {{timestamp}} NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX organisation_parent ON organisation (parent);

CREATE TABLE user_account (
    id BIGINT NOT NULL PRIMARY KEY,
    login_name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    organisation BIGINT NOT NULL REFERENCES organisation(id),
    department TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    language TEXT NOT NULL,
    phone {{bytes}},
    phone_index {{bytes}},
    id_card {{bytes}},
    id_card_index {{bytes}} UNIQUE,
    password_hash TEXT,
    password_changed_at {{timestamp}},
    password_temporary_until {{timestamp}},
    must_change {{boolean}} NOT NULL,
    valid_to {{date}},
    last_login_at {{timestamp}},
    last_login_remote TEXT,
    last_failure_at {{timestamp}},
    last_failure_remote TEXT,
    idle_since {{timestamp}} NOT NULL,
    totp_secret {{bytes}},
    totp_pending {{bytes}},
    totp_step BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at {{timestamp}} NOT NULL,
    updated_at {{timestamp}} NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX user_account_organisation ON user_account (organisation);
CREATE INDEX user_account_phone ON user_account (phone_index);
CREATE INDEX user_account_idle ON user_account (status, idle_since);

CREATE TABLE user_grant (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES user_account(id),
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    organisation BIGINT REFERENCES organisation(id),
    listed TEXT NOT NULL,
    regions TEXT NOT NULL,
    valid_from {{date}},
    valid_to {{date}},
    granted_by BIGINT NOT NULL,
    approved_by BIGINT NOT NULL,
    granted_at {{timestamp}} NOT NULL
);
CREATE INDEX user_grant_account ON user_grant (account);
CREATE INDEX user_grant_organisation ON user_grant (organisation);

CREATE TABLE user_session (
    id BIGINT NOT NULL PRIMARY KEY,
    token_hash {{bytes}} NOT NULL UNIQUE,
    account BIGINT NOT NULL REFERENCES user_account(id),
    state TEXT NOT NULL,
    created_at {{timestamp}} NOT NULL,
    last_used_at {{timestamp}} NOT NULL,
    expires_at {{timestamp}} NOT NULL,
    remote TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    second_factor {{boolean}} NOT NULL,
    device_hash {{bytes}} NOT NULL
);
CREATE INDEX user_session_account ON user_session (account);

-- One row per account name and device; an outsider's failures (no known device) never lock a
-- device on which the person has signed in before. Names that do not exist are counted as well.
CREATE TABLE user_failure (
    login_key {{bytes}} NOT NULL,
    device_key {{bytes}} NOT NULL,
    kind TEXT NOT NULL,
    failures TEXT NOT NULL,
    locked_until {{timestamp}},
    lock_level BIGINT NOT NULL,
    updated_at {{timestamp}} NOT NULL,
    PRIMARY KEY (login_key, device_key, kind)
);

CREATE TABLE user_device (
    account BIGINT NOT NULL REFERENCES user_account(id),
    device_hash {{bytes}} NOT NULL,
    last_used_at {{timestamp}} NOT NULL,
    PRIMARY KEY (account, device_hash)
);

CREATE TABLE user_password (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES user_account(id),
    password_hash TEXT NOT NULL,
    set_at {{timestamp}} NOT NULL
);
CREATE INDEX user_password_account ON user_password (account, set_at);

CREATE TABLE user_recovery_code (
    account BIGINT NOT NULL REFERENCES user_account(id),
    code_hash {{bytes}} NOT NULL,
    used_at {{timestamp}},
    PRIMARY KEY (account, code_hash)
);

CREATE TABLE user_delegation (
    account BIGINT NOT NULL PRIMARY KEY REFERENCES user_account(id),
    delegate BIGINT NOT NULL REFERENCES user_account(id),
    valid_from {{date}} NOT NULL,
    valid_to {{date}} NOT NULL,
    reason TEXT NOT NULL,
    created_at {{timestamp}} NOT NULL
);
CREATE INDEX user_delegation_delegate ON user_delegation (delegate);

-- What waits for a second person; `payload` is what happens on approval.
CREATE TABLE user_approval (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    account BIGINT NOT NULL,
    payload TEXT NOT NULL,
    reason TEXT NOT NULL,
    requested_by BIGINT NOT NULL,
    requested_at {{timestamp}} NOT NULL,
    state TEXT NOT NULL,
    decided_by BIGINT,
    decided_at {{timestamp}}
);
CREATE INDEX user_approval_state ON user_approval (state, id);

CREATE TABLE user_token (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES user_account(id),
    token_hash {{bytes}} NOT NULL UNIQUE,
    title TEXT NOT NULL,
    created_at {{timestamp}} NOT NULL,
    valid_to {{date}} NOT NULL
);
CREATE INDEX user_token_account ON user_token (account);

CREATE TABLE user_policy (
    version BIGINT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    set_by BIGINT NOT NULL,
    approved_by BIGINT NOT NULL,
    set_at {{timestamp}} NOT NULL
);

CREATE TABLE user_setup (
    code_hash {{bytes}} NOT NULL PRIMARY KEY,
    created_at {{timestamp}} NOT NULL
);
