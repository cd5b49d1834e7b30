-- What admins have said of models elsewhere. What is null is as the configuration has it, or as usual.
CREATE TABLE provider_setting (
    name TEXT NOT NULL PRIMARY KEY,
    kind TEXT,
    base_url TEXT,
    -- Separated by commas.
    models TEXT,
    thinking TEXT,
    patience_us INTEGER,
    turn INTEGER,
    -- Decimal numbers as text: neither database may round them.
    input_price TEXT,
    output_price TEXT,
    currency TEXT,
    monthly_budget TEXT,
    -- Opens with the server's master key, which is not in here.
    sealed_key BLOB,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What was spent there in each calendar month (UTC), in billionths. Added to in the commit of the answer's usage_entry, which there is once.
CREATE TABLE provider_spent (
    provider TEXT NOT NULL,
    month TEXT NOT NULL,
    currency TEXT NOT NULL,
    billionths INTEGER NOT NULL,
    PRIMARY KEY (provider, month, currency)
) WITHOUT ROWID;
