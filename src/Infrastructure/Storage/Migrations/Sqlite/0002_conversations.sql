CREATE TABLE place (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    parent_id TEXT REFERENCES place (id) DEFERRABLE INITIALLY DEFERRED,
    model TEXT,
    persona TEXT,
    locale TEXT,
    retention_us INTEGER,
    -- Two hosts that see the same channel for the first time make one place.
    UNIQUE (kind, external_id)
);

INSERT INTO place (id, kind, external_id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Web', '', 'Web');

CREATE TABLE chat_session (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    owner_id TEXT NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    place_id TEXT NOT NULL REFERENCES place (id) DEFERRABLE INITIALLY DEFERRED,
    status TEXT NOT NULL,
    title TEXT,
    model TEXT,
    system_prompt TEXT,
    temperature REAL,
    persona TEXT,
    leaf_id TEXT,
    open_request_id TEXT,
    next_sequence INTEGER NOT NULL,
    context_from TEXT,
    tokens_per_character REAL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE INDEX chat_session_list ON chat_session (owner_id, updated_at DESC, id DESC) WHERE status <> 'Deleted';

CREATE TABLE message (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES chat_session (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id TEXT REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,
    sequence INTEGER NOT NULL,
    role TEXT NOT NULL,
    parts TEXT NOT NULL,
    plain_text TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    author_id TEXT,
    origin_kind TEXT,
    origin_name TEXT,
    origin_model TEXT,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    cached_tokens INTEGER,
    -- One request has one answer, whoever ends it.
    request_id TEXT UNIQUE,
    client_key TEXT,
    error_code TEXT,
    error_message TEXT,
    error_retryable INTEGER,
    UNIQUE (session_id, sequence),
    -- A user's message that is sent twice arrives once.
    UNIQUE (session_id, client_key)
);

CREATE INDEX message_parent ON message (parent_id);
