-- Which models a key may ask, and the secret that it had before the one it has, good until then.
ALTER TABLE api_key ADD COLUMN models text NOT NULL DEFAULT '[]';
ALTER TABLE api_key ADD COLUMN rotated_at timestamptz;
ALTER TABLE api_key ADD COLUMN previous_hash text;
ALTER TABLE api_key ADD COLUMN previous_until timestamptz;

CREATE UNIQUE INDEX api_key_previous ON api_key (previous_hash) WHERE previous_hash IS NOT NULL;

-- People who are counted together. The key settles the race of two groups of one name.
CREATE TABLE user_group (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

CREATE TABLE group_member (
    group_id uuid NOT NULL REFERENCES user_group (id) DEFERRABLE INITIALLY DEFERRED,
    user_id uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (group_id, user_id)
);

CREATE INDEX group_member_user ON group_member (user_id);

-- What is counted belongs to the key.
ALTER TABLE usage_limit ADD COLUMN measure text NOT NULL DEFAULT 'Requests';
ALTER TABLE usage_limit DROP CONSTRAINT usage_limit_pkey;
ALTER TABLE usage_limit ADD PRIMARY KEY (scope_kind, scope_id, measure, window_us);

-- Quotas are counted from what answers cost: by whose key, and where. Earlier answers have neither.
ALTER TABLE usage_entry ADD COLUMN key_id uuid;
ALTER TABLE usage_entry ADD COLUMN place_id uuid;

CREATE INDEX usage_entry_key ON usage_entry (key_id, created_at) WHERE key_id IS NOT NULL;
CREATE INDEX usage_entry_place ON usage_entry (place_id, created_at) WHERE place_id IS NOT NULL;
CREATE INDEX usage_entry_model ON usage_entry (model, created_at);
