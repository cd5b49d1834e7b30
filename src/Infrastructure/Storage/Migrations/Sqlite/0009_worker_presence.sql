-- Which host holds the way to which worker, for the hosts beside it. A row that its host has not refreshed lately says nothing.
CREATE TABLE worker_presence (
    worker_id TEXT NOT NULL PRIMARY KEY,
    -- Drawn by the host's process when it starts.
    host TEXT NOT NULL,
    carrier TEXT NOT NULL,
    epoch TEXT NOT NULL,
    models TEXT NOT NULL,
    slots INTEGER NOT NULL,
    slots_free INTEGER NOT NULL,
    drain_reason TEXT,
    problem TEXT,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;
