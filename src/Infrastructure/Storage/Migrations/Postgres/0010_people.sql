-- A link with which one person makes one account. The version settles the race of two who use it at once.
CREATE TABLE invitation (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    hash text NOT NULL UNIQUE,
    role text NOT NULL,
    note text,
    invited_by uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_by uuid REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    used_at timestamptz,
    revoked_at timestamptz
);

CREATE INDEX invitation_age ON invitation (created_at, id);

-- The one link that each user can have: a new one takes the place of the one before.
CREATE TABLE recovery_link (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    hash text NOT NULL,
    expires_at timestamptz NOT NULL
);

-- What the browser called itself; sign-ins of earlier days have none.
ALTER TABLE sign_in ADD COLUMN client text;

CREATE INDEX sign_in_user ON sign_in (user_id, created_at);

CREATE INDEX app_user_age ON app_user (created_at, id);
