-- Who has asked for what as an admin. Written before anything is done, settled afterwards, never removed.
CREATE TABLE audit_entry (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    place TEXT,
    action TEXT NOT NULL,
    target TEXT,
    outcome TEXT NOT NULL,
    code TEXT
) WITHOUT ROWID;

CREATE INDEX audit_entry_at ON audit_entry (at);

-- How the service was, a row a minute. The key settles the race of two hosts that write the same one.
CREATE TABLE metric_sample (
    at INTEGER NOT NULL PRIMARY KEY,
    queued INTEGER NOT NULL,
    running INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    -- Microseconds; null when nothing had text in the hour before.
    first_token_p50 INTEGER,
    first_token_p95 INTEGER,
    workers INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    slots_free INTEGER NOT NULL,
    tokens_per_second REAL NOT NULL
);

-- What a bot of ours must remember over a restart: which commands it has registered, which message it keeps up to date.
CREATE TABLE discord_note (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
