-- 0001_create.sql: every run of a job is one row, unique by job and planned time, so that several
-- nodes and restarts never run it twice.
CREATE TABLE job_run (
    job TEXT NOT NULL,
    planned_at {{timestamp}} NOT NULL,
    started_at {{timestamp}} NOT NULL,
    finished_at {{timestamp}},
    attempts INTEGER NOT NULL DEFAULT 1,
    outcome TEXT NOT NULL DEFAULT 'running',
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (job, planned_at)
);
