-- The Discord bot through which a worker is reached. One bot is one worker's: whose frame a post is follows from its author.
CREATE TABLE worker_bot (
    worker_id TEXT NOT NULL PRIMARY KEY,
    bot_id TEXT NOT NULL
);

CREATE UNIQUE INDEX worker_bot_id ON worker_bot (bot_id);
