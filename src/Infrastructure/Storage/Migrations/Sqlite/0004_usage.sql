-- What answers cost. Outlives the conversation that it was spent on; the key counts each request once.
CREATE TABLE usage_entry (
    request_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    model TEXT,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX usage_entry_user ON usage_entry (user_id, created_at);
