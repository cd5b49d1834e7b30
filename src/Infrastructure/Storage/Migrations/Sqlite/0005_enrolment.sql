-- Machines elsewhere that are, or were, workers of this server. The code of each is used once; the version settles who was first.
CREATE TABLE worker_enrolment (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    code_hash TEXT,
    code_expires_at INTEGER,
    -- Opens with the server's master key, which is not in here.
    sealed_root BLOB,
    invited_by TEXT NOT NULL,
    invited_at INTEGER NOT NULL,
    enrolled_at INTEGER,
    revoked_at INTEGER
);

CREATE UNIQUE INDEX worker_enrolment_code ON worker_enrolment (code_hash) WHERE code_hash IS NOT NULL;
