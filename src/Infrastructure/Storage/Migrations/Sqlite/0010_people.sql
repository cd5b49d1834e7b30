-- A link with which one person makes one account. The version settles the race of two who use it at once.
CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    note TEXT,
    invited_by TEXT NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by TEXT REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    used_at INTEGER,
    revoked_at INTEGER
) WITHOUT ROWID;

CREATE INDEX invitation_age ON invitation (created_at, id);

-- The one link that each user can have: a new one takes the place of the one before.
CREATE TABLE recovery_link (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What the browser called itself; sign-ins of earlier days have none.
ALTER TABLE sign_in ADD COLUMN client TEXT;

CREATE INDEX sign_in_user ON sign_in (user_id, created_at);

CREATE INDEX app_user_age ON app_user (created_at, id);
