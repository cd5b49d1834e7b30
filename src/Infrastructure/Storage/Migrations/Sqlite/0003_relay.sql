CREATE TABLE worker (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    host TEXT NOT NULL,
    carrier TEXT NOT NULL,
    epoch TEXT NOT NULL,
    slots INTEGER NOT NULL,
    hardware TEXT,
    problem TEXT,
    seen_at INTEGER NOT NULL
);

CREATE TABLE relay_request (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    session_id TEXT NOT NULL REFERENCES chat_session (id) DEFERRABLE INITIALLY DEFERRED,
    user_id TEXT NOT NULL,
    leaf_id TEXT NOT NULL,
    answer_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    deadlines TEXT NOT NULL,
    status TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    failed_attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    target_kind TEXT,
    target_name TEXT,
    target_model TEXT,
    target_epoch TEXT,
    prompt_characters INTEGER NOT NULL,
    next_chunk INTEGER NOT NULL,
    cursor_part INTEGER NOT NULL,
    cursor_kind TEXT NOT NULL,
    cursor_length INTEGER NOT NULL,
    cursor_source_part INTEGER NOT NULL,
    next_event INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    dispatched_at INTEGER,
    acknowledged_at INTEGER,
    first_token_at INTEGER,
    -- Null as long as the request is open.
    ended_at INTEGER,
    deadline INTEGER NOT NULL,
    complete_by INTEGER,
    failure_code TEXT,
    failure_message TEXT,
    failure_retryable INTEGER,
    -- Whether all reply events but the last have been forgotten.
    compacted INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX relay_request_overdue ON relay_request (deadline) WHERE ended_at IS NULL;
CREATE INDEX relay_request_target ON relay_request (target_name) WHERE ended_at IS NULL;
CREATE INDEX relay_request_session ON relay_request (session_id);
CREATE INDEX relay_request_compaction ON relay_request (ended_at) WHERE ended_at IS NOT NULL AND NOT compacted;

-- Written every few milliseconds while answers stream: no reference to relay_request, whose version the same commit checks.
-- The key settles the race of two hosts that both believe a request theirs.
CREATE TABLE reply_event (
    request_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (request_id, id)
) WITHOUT ROWID;

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    request_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    target TEXT,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    -- Held until then by the host that claimed it; a host that dies thereby gives it back.
    claimed_until INTEGER,
    parked_reason TEXT
) WITHOUT ROWID;

CREATE INDEX outbox_request ON outbox (request_id);
