-- 0003_rotation.sql: key rotations: how far re-encryption has come, and who is at it until when.
CREATE TABLE key_rotation (
    id BIGINT NOT NULL PRIMARY KEY,
    domain TEXT NOT NULL,
    from_key BIGINT NOT NULL,
    to_key BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    held_until {{timestamp}} NOT NULL,
    started_by BIGINT NOT NULL,
    started_at {{timestamp}} NOT NULL,
    finished_at {{timestamp}}
);
