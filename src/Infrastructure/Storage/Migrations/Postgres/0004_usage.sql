-- What answers cost. Outlives the conversation that it was spent on; the key counts each request once.
CREATE TABLE usage_entry (
    request_id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    model text,
    prompt_tokens integer NOT NULL,
    completion_tokens integer NOT NULL,
    cached_tokens integer NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX usage_entry_user ON usage_entry (user_id, created_at);
