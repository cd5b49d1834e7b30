-- Who has asked for what as an admin. Written before anything is done, settled afterwards, never removed.
CREATE TABLE audit_entry (
    id uuid NOT NULL PRIMARY KEY,
    at timestamptz NOT NULL,
    provider text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    place text,
    action text NOT NULL,
    target text,
    outcome text NOT NULL,
    code text
);

CREATE INDEX audit_entry_at ON audit_entry (at);

-- How the service was, a row a minute. The key settles the race of two hosts that write the same one.
CREATE TABLE metric_sample (
    at timestamptz NOT NULL PRIMARY KEY,
    queued integer NOT NULL,
    running integer NOT NULL,
    parked integer NOT NULL,
    ended integer NOT NULL,
    failed integer NOT NULL,
    -- Microseconds; null when nothing had text in the hour before.
    first_token_p50 bigint,
    first_token_p95 bigint,
    workers integer NOT NULL,
    slots integer NOT NULL,
    slots_free integer NOT NULL,
    tokens_per_second double precision NOT NULL
);

-- What a bot of ours must remember over a restart: which commands it has registered, which message it keeps up to date.
CREATE TABLE discord_note (
    name text NOT NULL PRIMARY KEY,
    value text NOT NULL
);
