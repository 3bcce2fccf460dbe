-- 0002_assignment.sql: who holds or held a task of a record, so that the scope "assigned" can be decided
-- in SQL. Ids are unique over all records, so the id alone tells the row.
CREATE TABLE records_assignment (
    id BIGINT NOT NULL,
    account BIGINT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (id, account)
);
CREATE INDEX records_assignment_account ON records_assignment (account, id);
