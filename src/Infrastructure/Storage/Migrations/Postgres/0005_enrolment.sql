-- Machines elsewhere that are, or were, workers of this server. The code of each is used once; the version settles who was first.
CREATE TABLE worker_enrolment (
    id text NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    code_hash text,
    code_expires_at timestamptz,
    -- Opens with the server's master key, which is not in here.
    sealed_root bytea,
    invited_by uuid NOT NULL,
    invited_at timestamptz NOT NULL,
    enrolled_at timestamptz,
    revoked_at timestamptz
);

CREATE UNIQUE INDEX worker_enrolment_code ON worker_enrolment (code_hash) WHERE code_hash IS NOT NULL;
