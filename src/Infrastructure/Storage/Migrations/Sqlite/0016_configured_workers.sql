-- SQLite has no way to let a column be empty but another table: whoever stands in the configuration was invited by nobody.
CREATE TABLE worker_enrolment_new (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    code_hash TEXT,
    claim_hash TEXT,
    code_expires_at INTEGER,
    -- Opens with the server's master key, which is not in here.
    sealed_root BLOB,
    -- The root that takes the place of sealed_root once its worker has used it.
    next_sealed_root BLOB,
    -- Hashes of the configured roots that were ever taken over, with spaces between them: none is taken over again.
    configured_roots TEXT,
    invited_by TEXT,
    invited_at INTEGER NOT NULL,
    enrolled_at INTEGER,
    revoked_at INTEGER
);

INSERT INTO worker_enrolment_new
    (id, version, status, code_hash, claim_hash, code_expires_at, sealed_root, next_sealed_root, invited_by, invited_at, enrolled_at, revoked_at)
SELECT id, version, status, code_hash, claim_hash, code_expires_at, sealed_root, next_sealed_root, invited_by, invited_at, enrolled_at, revoked_at
FROM worker_enrolment;

DROP TABLE worker_enrolment;
ALTER TABLE worker_enrolment_new RENAME TO worker_enrolment;
CREATE UNIQUE INDEX worker_enrolment_code ON worker_enrolment (code_hash) WHERE code_hash IS NOT NULL;
