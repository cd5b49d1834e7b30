-- JSON stands in text columns: it must come back byte for byte, which jsonb does not do. Durations are microseconds.
CREATE TABLE app_user (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL
);

-- One installation, one owner: settles the race of two first visitors.
CREATE UNIQUE INDEX app_user_owner ON app_user (role) WHERE role = 'Owner';

-- The key settles the race of two people who claim the same name at one provider.
CREATE TABLE identity (
    provider text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    secret_hash text,
    PRIMARY KEY (provider, subject)
);

CREATE INDEX identity_user ON identity (user_id);

CREATE TABLE api_key (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    user_id uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    name text NOT NULL,
    prefix text NOT NULL,
    hash text NOT NULL UNIQUE,
    scopes text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);

CREATE INDEX api_key_user ON api_key (user_id, created_at);

CREATE TABLE sign_in (
    hash text NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX sign_in_expiry ON sign_in (expires_at);

-- The one row that there can be: a new link takes the place of the one before.
CREATE TABLE setup_link (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    hash text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE usage_limit (
    scope_kind text NOT NULL,
    scope_id text NOT NULL,
    window_us bigint NOT NULL,
    amount integer NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, window_us)
);

-- The key settles the race of two calls with the same Idempotency-Key.
CREATE TABLE idempotency_key (
    user_id uuid NOT NULL,
    scope text NOT NULL,
    request_key text NOT NULL,
    fingerprint text NOT NULL,
    result text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, scope, request_key)
);

CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
