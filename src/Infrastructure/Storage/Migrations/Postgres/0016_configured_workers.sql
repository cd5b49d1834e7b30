-- The configured root that was taken over last, as a hash: one that was rotated or revoked since is not taken over again.
ALTER TABLE worker_enrolment ADD COLUMN configured_root text;

-- Whoever stands in the configuration was invited by nobody.
ALTER TABLE worker_enrolment ALTER COLUMN invited_by DROP NOT NULL;
