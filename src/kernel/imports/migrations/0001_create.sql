-- 0001_create.sql: imports and what is wrong with their rows. `reached` is the last row of the file
-- that is dealt with, so a restarted server goes on behind it.
CREATE TABLE import_job (
    id BIGINT NOT NULL PRIMARY KEY,
    owner BIGINT NOT NULL,
    record TEXT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    layout TEXT NOT NULL,
    mapping TEXT NOT NULL,
    total BIGINT NOT NULL,
    reached BIGINT NOT NULL,
    done BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at {{timestamp}} NOT NULL,
    changed_at {{timestamp}} NOT NULL
);
CREATE INDEX import_job_owner ON import_job (owner, id);
CREATE INDEX import_job_state ON import_job (state, id);

-- `content` is what stands in the cell; masked where the field is protected.
CREATE TABLE import_fault (
    job BIGINT NOT NULL,
    line BIGINT NOT NULL,
    position BIGINT NOT NULL,
    heading TEXT NOT NULL,
    content TEXT NOT NULL,
    code TEXT NOT NULL,
    parameters TEXT NOT NULL,
    PRIMARY KEY (job, line, position)
);
