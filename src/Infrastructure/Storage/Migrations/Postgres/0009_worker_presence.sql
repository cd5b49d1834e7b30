-- Which host holds the way to which worker, for the hosts beside it. A row that its host has not refreshed lately says nothing.
CREATE TABLE worker_presence (
    worker_id text NOT NULL PRIMARY KEY,
    -- Drawn by the host's process when it starts.
    host text NOT NULL,
    carrier text NOT NULL,
    epoch text NOT NULL,
    models text NOT NULL,
    slots integer NOT NULL,
    slots_free integer NOT NULL,
    drain_reason text,
    problem text,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 60);
