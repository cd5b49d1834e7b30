using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

/// <summary>
/// What each step's tables held when it was the last: literal SQL, because later versions of the stores no longer write it.
/// </summary>
internal sealed record EarlierRow(int Step, string Insert, string Select, string Expected)
{
    public static IReadOnlyList<EarlierRow> All(Database kind)
    {
        const string User = "'00000000-0000-7000-8000-00000000000a'";
        const string Session = "'00000000-0000-7000-8000-00000000000b'";
        const string Id = "'00000000-0000-7000-8000-00000000000c'";
        const string Web = "'00000000-0000-7000-8000-000000000001'";
        var at = kind == Database.Sqlite ? "1770091506123456" : "'2026-02-03 04:05:06.123456Z'";
        var yes = kind == Database.Sqlite ? "1" : "TRUE";
        string Bytes(string hex) => kind == Database.Sqlite ? $"x'{hex}'" : $@"'\x{hex}'";
        string Hex(string column) => kind == Database.Sqlite ? $"lower(hex({column}))" : $"encode({column}, 'hex')";
        return
        [
            new(1, $"""
                INSERT INTO app_user (id, version, name, role, status, created_at)
                VALUES ({User}, 1, 'Ada', 'Owner', 'Active', {at})
                """,
                "SELECT name FROM app_user", "Ada"),
            new(1, $"INSERT INTO identity (provider, subject, user_id, secret_hash) VALUES ('password', 'ada@x', {User}, 'h')",
                "SELECT subject FROM identity", "ada@x"),
            new(1, $"""
                INSERT INTO api_key (id, version, user_id, name, prefix, hash, scopes, created_at)
                VALUES ({Id}, 1, {User}, 'laptop', 'p', 'hash', '["chat"]', {at})
                """,
                "SELECT scopes FROM api_key", """["chat"]"""),
            new(1, $"INSERT INTO sign_in (hash, user_id, created_at, expires_at) VALUES ('s', {User}, {at}, {at})",
                "SELECT hash FROM sign_in", "s"),
            new(1, $"INSERT INTO setup_link (id, hash, expires_at) VALUES (1, 'l', {at})", "SELECT hash FROM setup_link", "l"),
            new(1, $"""
                INSERT INTO idempotency_key (user_id, scope, request_key, fingerprint, result, created_at)
                VALUES ({User}, 'POST /x', 'k', 'f', 'r', {at})
                """,
                "SELECT result FROM idempotency_key", "r"),
            new(1, "INSERT INTO usage_limit (scope_kind, scope_id, window_us, amount) VALUES ('user', 'x', 7, 5)",
                "SELECT CAST(amount AS text) FROM usage_limit WHERE window_us = 7 AND scope_id = 'x'", "5"),
            new(2, $"""
                INSERT INTO chat_session (id, version, owner_id, place_id, status, title, next_sequence, created_at, updated_at)
                VALUES ({Session}, 1, {User}, {Web}, 'Active', 'Lizards', 2, {at}, {at})
                """,
                "SELECT title FROM chat_session", "Lizards"),
            new(2, $$"""
                INSERT INTO message (id, session_id, sequence, role, parts, plain_text, status, created_at)
                VALUES ({{Id}}, {{Session}}, 1, 'User', '{"v":1,"parts":[{"type":"text","text":"hi"}]}', 'hi', 'Complete', {{at}})
                """,
                "SELECT parts FROM message", """{"v":1,"parts":[{"type":"text","text":"hi"}]}"""),
            new(3, $"""
                INSERT INTO worker (id, version, status, host, carrier, epoch, slots, seen_at)
                VALUES ('anna', 1, 'Online', 'h', 'link', 'e', 1, {at})
                """,
                "SELECT id FROM worker", "anna"),
            new(3, $$"""
                INSERT INTO relay_request (
                    id, version, session_id, user_id, leaf_id, answer_id, settings, deadlines, status, attempt, failed_attempts,
                    max_attempts, prompt_characters, next_chunk, cursor_part, cursor_kind, cursor_length, cursor_source_part,
                    next_event, queued_at, deadline)
                VALUES (
                    {{Id}}, 1, {{Session}}, {{User}}, {{Id}}, {{Id}}, '{"model":"tiny"}', '{}', 'Queued', 0, 0,
                    2, 0, 0, -1, 'Text', 0, -1, 1,
                    {{at}}, {{at}})
                """,
                "SELECT settings FROM relay_request", """{"model":"tiny"}"""),
            new(3, $$"""INSERT INTO reply_event (request_id, id, kind, data) VALUES ({{Id}}, 1, 'delta', '{"text":"x"}')""",
                "SELECT data FROM reply_event", """{"text":"x"}"""),
            new(3, $"INSERT INTO outbox (id, topic, request_id, attempt, due_at, tries) VALUES ({Id}, 'Dispatch', {Id}, 0, {at}, 0)",
                "SELECT topic FROM outbox", "Dispatch"),
            new(4, $"""
                INSERT INTO usage_entry (request_id, user_id, model, prompt_tokens, completion_tokens, cached_tokens, created_at)
                VALUES ({Id}, {User}, 'tiny', 1, 2, 3, {at})
                """,
                "SELECT model FROM usage_entry", "tiny"),
            new(5, $"""
                INSERT INTO worker_enrolment (id, version, status, code_hash, code_expires_at, sealed_root, invited_by, invited_at)
                VALUES ('anna', 1, 'Invited', 'c', {at}, {Bytes("0a0b")}, {User}, {at})
                """,
                $"SELECT code_hash || ' ' || {Hex("sealed_root")} FROM worker_enrolment", "c 0a0b"),
            new(6, $"UPDATE worker_enrolment SET next_sealed_root = {Bytes("0c0d")}, claim_hash = 'q'",
                $"SELECT claim_hash || ' ' || {Hex("next_sealed_root")} FROM worker_enrolment", "q 0c0d"),
            new(7, "INSERT INTO worker_bot (worker_id, bot_id) VALUES ('anna', '123')", "SELECT bot_id FROM worker_bot", "123"),
            new(8, $"""
                INSERT INTO audit_entry (id, at, provider, subject, name, action, target, outcome)
                VALUES ({Id}, {at}, 'web', 'ada@x', 'Ada', 'revoke_worker', 'anna', 'Done')
                """,
                "SELECT action || ' ' || target FROM audit_entry", "revoke_worker anna"),
            new(8, $"""
                INSERT INTO metric_sample (at, queued, running, parked, ended, failed, workers, slots, slots_free, tokens_per_second)
                VALUES ({at}, 1, 2, 3, 4, 5, 6, 7, 8, 9.5)
                """,
                "SELECT CAST(ended AS text) || ' ' || CAST(tokens_per_second AS text) FROM metric_sample", "4 9.5"),
            new(8, "INSERT INTO discord_note (name, value) VALUES ('standing', '456')", "SELECT value FROM discord_note", "456"),
            new(9, $"""
                INSERT INTO worker_presence (worker_id, host, carrier, epoch, models, slots, slots_free, seen_at)
                VALUES ('anna', 'h', 'link', 'e', '[]', 1, 1, {at})
                """,
                "SELECT carrier FROM worker_presence", "link"),
            new(10, $"""
                INSERT INTO invitation (id, version, hash, role, note, invited_by, created_at, expires_at)
                VALUES ({Id}, 1, 'i', 'Member', 'For Ben', {User}, {at}, {at})
                """,
                "SELECT note FROM invitation", "For Ben"),
            new(10, $"INSERT INTO recovery_link (user_id, hash, expires_at) VALUES ({User}, 'r', {at})", "SELECT hash FROM recovery_link", "r"),
            new(10, "UPDATE sign_in SET client = 'Firefox'", "SELECT client FROM sign_in", "Firefox"),
            new(11, $"""
                UPDATE api_key SET models = '["tiny"]', rotated_at = {at}, previous_hash = 'before', previous_until = {at}
                """,
                "SELECT models || ' ' || previous_hash FROM api_key", """["tiny"] before"""),
            new(11, $"INSERT INTO user_group (id, version, name, created_at) VALUES ({Id}, 1, 'Family', {at})", "SELECT name FROM user_group", "Family"),
            new(11, $"INSERT INTO group_member (group_id, user_id) VALUES ({Id}, {User})",
                "SELECT name FROM user_group JOIN group_member ON group_id = id", "Family"),
            new(11, "INSERT INTO usage_limit (scope_kind, scope_id, measure, window_us, amount) VALUES ('user', 'y', 'Tokens', 7, 6)",
                "SELECT CAST(amount AS text) FROM usage_limit WHERE window_us = 7 AND scope_id = 'y' AND measure = 'Tokens'", "6"),
            new(11, $"UPDATE usage_entry SET key_id = {Id}, place_id = {Web}",
                $"SELECT model FROM usage_entry WHERE key_id = {Id} AND place_id = {Web}", "tiny"),
            new(12, $"""
                INSERT INTO provider_setting (name, kind, models, input_price, sealed_key, changed_at)
                VALUES ('far', 'OpenAi', 'big,small', '0.10', {Bytes("0e0f")}, {at})
                """,
                $"SELECT models || ' ' || input_price || ' ' || {Hex("sealed_key")} FROM provider_setting", "big,small 0.10 0e0f"),
            new(12, "INSERT INTO provider_spent (provider, month, currency, billionths) VALUES ('far', '2026-02', 'USD', 12345678901)",
                "SELECT CAST(billionths AS text) FROM provider_spent", "12345678901"),
            new(14, $$"""
                INSERT INTO response (id, user_id, background, given, created_at) VALUES ({{Id}}, {{User}}, {{yes}}, '{"model":"tiny"}', {{at}})
                """,
                "SELECT given FROM response", """{"model":"tiny"}"""),
            new(14, "UPDATE chat_session SET kind = 'Response'", "SELECT kind FROM chat_session", "Response"),
            new(15, "UPDATE usage_entry SET is_cached = 1", "SELECT CAST(is_cached AS text) FROM usage_entry", "1"),
            new(16, "UPDATE worker_enrolment SET configured_roots = 'k l', invited_by = NULL", "SELECT configured_roots FROM worker_enrolment", "k l"),
            new(2, $"UPDATE place SET model = 'tiny' WHERE id = {Web}", "SELECT model FROM place", "tiny"),
            new(13, $"INSERT INTO user_default (user_id, model, system_prompt) VALUES ({User}, 'tiny', 'Be brief.')",
                "SELECT system_prompt FROM user_default", "Be brief."),
            new(13, "UPDATE installation_default SET model = 'tiny'", "SELECT model FROM installation_default", "tiny"),
        ];
    }
}
