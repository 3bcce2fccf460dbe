-- 0001_create.sql: one append-only log of every change, the cursors of its readers, and the seals
-- that make a later rewrite visible.
CREATE TABLE change_epoch (
    epoch BIGINT NOT NULL PRIMARY KEY,
    started_at {{timestamp}} NOT NULL,
    reason TEXT NOT NULL
);

CREATE TABLE change_log (
    seq {{identity}},
    epoch BIGINT NOT NULL,
-- postgres:
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
-- end
-- sqlite:
    txid BIGINT NOT NULL DEFAULT 0,
-- end
    at {{timestamp}} NOT NULL,
    actor BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    record TEXT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    action TEXT NOT NULL,
    diff TEXT,
    diff_hash {{bytes}} NOT NULL,
    source TEXT NOT NULL,
    request_id TEXT NOT NULL,
    remote TEXT NOT NULL
);
CREATE INDEX change_log_of ON change_log (record, id, seq);
CREATE INDEX change_log_actor ON change_log (actor, seq);
-- postgres:
CREATE INDEX change_log_order ON change_log (epoch, txid, seq);
-- end

CREATE TABLE change_cursor (
    reader TEXT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    txid BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    handled BIGINT NOT NULL
);

-- position: running number of the chain, without gaps. link: SM3 over the link before and the row.
CREATE TABLE change_seal (
    position BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,
    sealed_at {{timestamp}} NOT NULL,
    link {{bytes}} NOT NULL
);

CREATE TABLE change_block (
    block BIGINT NOT NULL PRIMARY KEY,
    last_position BIGINT NOT NULL,
    link {{bytes}} NOT NULL,
    signed_at {{timestamp}} NOT NULL,
    signature {{bytes}} NOT NULL
);
