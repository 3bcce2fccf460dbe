-- 0001_create.sql: what records keep beside the tables made from definitions: the releases, number
-- counters, and what belongs to one user (drafts, views, uploads, answers to repeated requests).
CREATE TABLE records_release (
    hash TEXT NOT NULL PRIMARY KEY,
    files TEXT NOT NULL,
    stored_at {{timestamp}} NOT NULL,
    stored_by BIGINT NOT NULL
);

-- One row. `layout` is what the tables are now; `target` and `pending` stand while a migration is
-- on its way, so that it goes on after a crash.
CREATE TABLE records_active (
    id BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    layout TEXT NOT NULL,
    target TEXT,
    pending TEXT,
    activated_at {{timestamp}} NOT NULL
);

CREATE TABLE records_counter (
    record TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    period TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (record, organisation, period)
);

-- `content` is encrypted: a draft holds what its record protects.
CREATE TABLE records_draft (
    id BIGINT NOT NULL PRIMARY KEY,
    owner BIGINT NOT NULL,
    record TEXT NOT NULL,
    key TEXT NOT NULL,
    content {{bytes}} NOT NULL,
    version BIGINT,
    saved_at {{timestamp}} NOT NULL
);
CREATE UNIQUE INDEX records_draft_one ON records_draft (owner, record, key);

CREATE TABLE records_view (
    owner BIGINT NOT NULL,
    record TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    query TEXT NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (owner, record, name)
);

-- The result of a request that may be sent again; never its body.
CREATE TABLE records_idempotency (
    owner BIGINT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash {{bytes}} NOT NULL,
    record TEXT NOT NULL,
    id BIGINT NOT NULL,
    at {{timestamp}} NOT NULL,
    PRIMARY KEY (owner, route, key)
);
CREATE INDEX records_idempotency_at ON records_idempotency (at);

-- Which rows hold a file: reading one goes through its record, and unused ones are swept.
CREATE TABLE records_blob_use (
    hash TEXT NOT NULL,
    record TEXT NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (hash, record, id)
);
CREATE INDEX records_blob_use_row ON records_blob_use (record, id);

-- Who uploaded what: knowing a hash does not allow putting it into a record.
CREATE TABLE records_upload (
    upload TEXT NOT NULL PRIMARY KEY,
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    expected TEXT NOT NULL,
    hash TEXT,
    at {{timestamp}} NOT NULL
);
CREATE INDEX records_upload_hash ON records_upload (hash, owner);

-- How far the re-encryption of a column under a new key has come.
CREATE TABLE records_rotation (
    record TEXT NOT NULL PRIMARY KEY,
    key_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    finished BIGINT NOT NULL
);
