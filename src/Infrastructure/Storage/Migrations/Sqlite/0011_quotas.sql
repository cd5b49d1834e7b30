-- Which models a key may ask, and the secret that it had before the one it has, good until then.
ALTER TABLE api_key ADD COLUMN models TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_key ADD COLUMN rotated_at INTEGER;
ALTER TABLE api_key ADD COLUMN previous_hash TEXT;
ALTER TABLE api_key ADD COLUMN previous_until INTEGER;

CREATE UNIQUE INDEX api_key_previous ON api_key (previous_hash) WHERE previous_hash IS NOT NULL;

-- People who are counted together. The key settles the race of two groups of one name.
CREATE TABLE user_group (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE group_member (
    group_id TEXT NOT NULL REFERENCES user_group (id) DEFERRABLE INITIALLY DEFERRED,
    user_id TEXT NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;

CREATE INDEX group_member_user ON group_member (user_id);

-- What is counted belongs to the key, and a key cannot be changed in place.
CREATE TABLE usage_limit_measured (
    scope_kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    measure TEXT NOT NULL DEFAULT 'Requests',
    window_us INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, measure, window_us)
) WITHOUT ROWID;

INSERT INTO usage_limit_measured (scope_kind, scope_id, window_us, amount)
SELECT scope_kind, scope_id, window_us, amount FROM usage_limit;

DROP TABLE usage_limit;

ALTER TABLE usage_limit_measured RENAME TO usage_limit;

-- Quotas are counted from what answers cost: by whose key, and where. Earlier answers have neither.
ALTER TABLE usage_entry ADD COLUMN key_id TEXT;
ALTER TABLE usage_entry ADD COLUMN place_id TEXT;

CREATE INDEX usage_entry_key ON usage_entry (key_id, created_at) WHERE key_id IS NOT NULL;
CREATE INDEX usage_entry_place ON usage_entry (place_id, created_at) WHERE place_id IS NOT NULL;
CREATE INDEX usage_entry_model ON usage_entry (model, created_at);
