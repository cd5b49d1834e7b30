-- What admins have said of models elsewhere. What is null is as the configuration has it, or as usual.
CREATE TABLE provider_setting (
    name text NOT NULL PRIMARY KEY,
    kind text,
    base_url text,
    -- Separated by commas.
    models text,
    thinking text,
    patience_us bigint,
    turn integer,
    -- Decimal numbers as text: neither database may round them.
    input_price text,
    output_price text,
    currency text,
    monthly_budget text,
    -- Opens with the server's master key, which is not in here.
    sealed_key bytea,
    changed_at timestamptz NOT NULL
);

-- What was spent there in each calendar month (UTC), in billionths. Added to in the commit of the answer's usage_entry, which there is once.
CREATE TABLE provider_spent (
    provider text NOT NULL,
    month text NOT NULL,
    currency text NOT NULL,
    billionths bigint NOT NULL,
    PRIMARY KEY (provider, month, currency)
);
