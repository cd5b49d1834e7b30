-- Ids are lower-case UUID text; times are microseconds since 1970 UTC; durations are microseconds.
CREATE TABLE app_user (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

-- One installation, one owner: settles the race of two first visitors.
CREATE UNIQUE INDEX app_user_owner ON app_user (role) WHERE role = 'Owner';

-- The key settles the race of two people who claim the same name at one provider.
CREATE TABLE identity (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    secret_hash TEXT,
    PRIMARY KEY (provider, subject)
) WITHOUT ROWID;

CREATE INDEX identity_user ON identity (user_id);

CREATE TABLE api_key (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    user_id TEXT NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
);

CREATE INDEX api_key_user ON api_key (user_id, created_at);

CREATE TABLE sign_in (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sign_in_expiry ON sign_in (expires_at);

-- The one row that there can be: a new link takes the place of the one before.
CREATE TABLE setup_link (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);

CREATE TABLE usage_limit (
    scope_kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    window_us INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, window_us)
) WITHOUT ROWID;

-- The key settles the race of two calls with the same Idempotency-Key.
CREATE TABLE idempotency_key (
    user_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, scope, request_key)
) WITHOUT ROWID;

CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
