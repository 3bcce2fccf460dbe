-- 0001_create.sql: what runs beside a record: tasks in inboxes, deadlines with every counted stretch of
-- time, rounds of approval, and notices.

-- `candidate` is "role@organisation" while anybody of them may claim it. `urgency` is 0 overdue, 1 red,
-- 2 yellow, 3 green; with `sort` (the end in milliseconds) it is the order of an inbox.
CREATE TABLE workflow_task (
    id BIGINT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    round_id BIGINT,
    role TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    candidate TEXT,
    assignee BIGINT,
    opened_at {{timestamp}} NOT NULL,
    claimed_at {{timestamp}},
    due_at {{timestamp}},
    yellow_at {{timestamp}},
    red_at {{timestamp}},
    urgency BIGINT NOT NULL,
    sort BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    delegated_by BIGINT,
    closed_at {{timestamp}},
    closed_by BIGINT,
    outcome TEXT,
    note TEXT
);
CREATE INDEX workflow_task_mine ON workflow_task (assignee, urgency, sort, id) WHERE closed_at IS NULL;
CREATE INDEX workflow_task_candidate ON workflow_task (candidate, urgency, sort, id) WHERE closed_at IS NULL;
CREATE INDEX workflow_task_next ON workflow_task (next_at) WHERE closed_at IS NULL;
CREATE INDEX workflow_task_record ON workflow_task (record_id);
CREATE INDEX workflow_task_round ON workflow_task (round_id);

-- `lengths` and `suspensions` are what the deadline is counted from; the segments are the account of it.
CREATE TABLE workflow_deadline (
    id BIGINT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at {{timestamp}} NOT NULL,
    lengths TEXT NOT NULL,
    suspensions TEXT NOT NULL,
    extensions BIGINT NOT NULL,
    due_at {{timestamp}},
    yellow_at {{timestamp}},
    red_at {{timestamp}},
    urgency BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    stopped_at {{timestamp}},
    overdue_days BIGINT NOT NULL
);
CREATE INDEX workflow_deadline_record ON workflow_deadline (record_id);
CREATE INDEX workflow_deadline_next ON workflow_deadline (next_at) WHERE stopped_at IS NULL;

CREATE TABLE workflow_segment (
    deadline BIGINT NOT NULL REFERENCES workflow_deadline(id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    from_at {{timestamp}} NOT NULL,
    to_at {{timestamp}} NOT NULL,
    counted BIGINT NOT NULL,
    PRIMARY KEY (deadline, position)
);

CREATE TABLE workflow_round (
    id BIGINT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    asked BIGINT NOT NULL,
    opened_at {{timestamp}} NOT NULL,
    opened_by BIGINT NOT NULL,
    due_at {{timestamp}},
    next_at BIGINT NOT NULL,
    closed_at {{timestamp}},
    outcome TEXT
);
CREATE INDEX workflow_round_record ON workflow_round (record_id);
CREATE INDEX workflow_round_next ON workflow_round (next_at) WHERE closed_at IS NULL;

CREATE TABLE workflow_notice (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL,
    record TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL,
    created_at {{timestamp}} NOT NULL,
    read_at {{timestamp}}
);
CREATE INDEX workflow_notice_account ON workflow_notice (account, id);
CREATE INDEX workflow_notice_unread ON workflow_notice (account) WHERE read_at IS NULL;
