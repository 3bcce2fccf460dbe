-- 0002_lease.sql: which server works on an import, until when by the clock of the database. Of several
-- servers one takes it; when that one dies, another goes on after the lease has run out.
ALTER TABLE import_job ADD COLUMN holder BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_job ADD COLUMN held_until {{timestamp}};
