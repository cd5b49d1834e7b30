CREATE TABLE place (
    id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL,
    parent_id uuid REFERENCES place (id) DEFERRABLE INITIALLY DEFERRED,
    model text,
    persona text,
    locale text,
    retention_us bigint,
    -- Two hosts that see the same channel for the first time make one place.
    UNIQUE (kind, external_id)
);

INSERT INTO place (id, kind, external_id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Web', '', 'Web');

CREATE TABLE chat_session (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    owner_id uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    place_id uuid NOT NULL REFERENCES place (id) DEFERRABLE INITIALLY DEFERRED,
    status text NOT NULL,
    title text,
    model text,
    system_prompt text,
    temperature double precision,
    persona text,
    leaf_id uuid,
    open_request_id uuid,
    next_sequence bigint NOT NULL,
    context_from uuid,
    tokens_per_character double precision,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX chat_session_list ON chat_session (owner_id, updated_at DESC, id DESC) WHERE status <> 'Deleted';

CREATE TABLE message (
    id uuid NOT NULL PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES chat_session (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id uuid REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,
    sequence bigint NOT NULL,
    role text NOT NULL,
    parts text NOT NULL,
    plain_text text NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    author_id uuid,
    origin_kind text,
    origin_name text,
    origin_model text,
    prompt_tokens integer,
    completion_tokens integer,
    cached_tokens integer,
    -- One request has one answer, whoever ends it.
    request_id uuid UNIQUE,
    client_key text,
    error_code text,
    error_message text,
    error_retryable boolean,
    UNIQUE (session_id, sequence),
    -- A user's message that is sent twice arrives once.
    UNIQUE (session_id, client_key)
);

CREATE INDEX message_parent ON message (parent_id);
