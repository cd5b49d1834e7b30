-- 1: given from the answers that are kept, at no cost.
ALTER TABLE usage_entry ADD COLUMN is_cached INTEGER NOT NULL DEFAULT 0;
