-- A response's turn is a session that no list of conversations has.
ALTER TABLE chat_session ADD COLUMN kind text NOT NULL DEFAULT 'Chat';

DROP INDEX chat_session_list;

CREATE INDEX chat_session_list ON chat_session (owner_id, updated_at DESC, id DESC) WHERE status <> 'Deleted' AND kind = 'Chat';

-- Answers that programs have stored. The session and the request have the same id.
CREATE TABLE response (
    id uuid NOT NULL PRIMARY KEY REFERENCES relay_request (id) DEFERRABLE INITIALLY DEFERRED,
    user_id uuid NOT NULL REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    -- No reference: it may have been deleted.
    previous_id uuid,
    background boolean NOT NULL,
    given text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX response_age ON response (created_at);
CREATE INDEX response_previous ON response (previous_id) WHERE previous_id IS NOT NULL;
CREATE INDEX response_user ON response (user_id);
