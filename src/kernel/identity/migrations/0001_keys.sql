-- 0001_keys.sql: data keys wrapped by the root key, which lies in a file outside the database.
CREATE TABLE data_key (
    id BIGINT NOT NULL PRIMARY KEY,
    domain TEXT NOT NULL,
    status TEXT NOT NULL,
    wrapped {{bytes}} NOT NULL,
    created_at {{timestamp}} NOT NULL
);
CREATE INDEX data_key_domain ON data_key (domain, status);
