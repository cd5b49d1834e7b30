CREATE TABLE worker (
    id text NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    host text NOT NULL,
    carrier text NOT NULL,
    epoch text NOT NULL,
    slots integer NOT NULL,
    hardware text,
    problem text,
    seen_at timestamptz NOT NULL
);

CREATE TABLE relay_request (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    session_id uuid NOT NULL REFERENCES chat_session (id) DEFERRABLE INITIALLY DEFERRED,
    user_id uuid NOT NULL,
    leaf_id uuid NOT NULL,
    answer_id uuid NOT NULL,
    settings text NOT NULL,
    deadlines text NOT NULL,
    status text NOT NULL,
    attempt integer NOT NULL,
    failed_attempts integer NOT NULL,
    max_attempts integer NOT NULL,
    target_kind text,
    target_name text,
    target_model text,
    target_epoch text,
    prompt_characters integer NOT NULL,
    next_chunk integer NOT NULL,
    cursor_part integer NOT NULL,
    cursor_kind text NOT NULL,
    cursor_length integer NOT NULL,
    cursor_source_part integer NOT NULL,
    next_event bigint NOT NULL,
    queued_at timestamptz NOT NULL,
    dispatched_at timestamptz,
    acknowledged_at timestamptz,
    first_token_at timestamptz,
    -- Null as long as the request is open.
    ended_at timestamptz,
    deadline timestamptz NOT NULL,
    complete_by timestamptz,
    failure_code text,
    failure_message text,
    failure_retryable boolean,
    -- Whether all reply events but the last have been forgotten.
    compacted boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70);

CREATE INDEX relay_request_overdue ON relay_request (deadline) WHERE ended_at IS NULL;
CREATE INDEX relay_request_target ON relay_request (target_name) WHERE ended_at IS NULL;
CREATE INDEX relay_request_session ON relay_request (session_id);
CREATE INDEX relay_request_compaction ON relay_request (ended_at) WHERE ended_at IS NOT NULL AND NOT compacted;

-- Written every few milliseconds while answers stream: no reference to relay_request, whose version the same commit checks.
-- The key settles the race of two hosts that both believe a request theirs.
CREATE TABLE reply_event (
    request_id uuid NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (request_id, id)
);

CREATE TABLE outbox (
    id uuid NOT NULL PRIMARY KEY,
    topic text NOT NULL,
    request_id uuid NOT NULL,
    attempt integer NOT NULL,
    target text,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL,
    -- Held until then by the host that claimed it; a host that dies thereby gives it back.
    claimed_until timestamptz,
    parked_reason text
) WITH (fillfactor = 60);

CREATE INDEX outbox_request ON outbox (request_id);
