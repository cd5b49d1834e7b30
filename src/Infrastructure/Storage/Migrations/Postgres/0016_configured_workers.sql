-- Hashes of the configured roots that were ever taken over, with spaces between them: none is taken over again.
ALTER TABLE worker_enrolment ADD COLUMN configured_roots text;

-- Whoever stands in the configuration was invited by nobody.
ALTER TABLE worker_enrolment ALTER COLUMN invited_by DROP NOT NULL;
