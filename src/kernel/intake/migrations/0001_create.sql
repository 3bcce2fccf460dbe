-- 0001_create.sql: which record a number belongs to, and the fingerprint of the code that opens it.
CREATE TABLE intake_receipt (
    number TEXT NOT NULL PRIMARY KEY,
    intake TEXT NOT NULL,
    record TEXT NOT NULL,
    id BIGINT NOT NULL,
    code_hash {{bytes}} NOT NULL,
    at {{timestamp}} NOT NULL
);
