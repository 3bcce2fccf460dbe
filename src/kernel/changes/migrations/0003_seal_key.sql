-- 0003_seal_key.sql: on SQLite the position is the row's own key, which saves an index that only grows.
-- sqlite:
CREATE TABLE change_seal_new (
    position INTEGER PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,
    sealed_at {{timestamp}} NOT NULL,
    link {{bytes}} NOT NULL
);
INSERT INTO change_seal_new SELECT position, seq, sealed_at, link FROM change_seal;
DROP TABLE change_seal;
ALTER TABLE change_seal_new RENAME TO change_seal;
-- end
