-- The root that takes the place of sealed_root once its worker has used it.
ALTER TABLE worker_enrolment ADD COLUMN next_sealed_root bytea;

-- Whoever used the code may ask once more with the secret that hashes to this, should the answer have been lost.
ALTER TABLE worker_enrolment ADD COLUMN claim_hash text;
