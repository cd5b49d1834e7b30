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
            new(2, $"UPDATE place SET model = 'tiny' WHERE id = {Web}", "SELECT model FROM place", "tiny"),
            new(13, $"INSERT INTO user_default (user_id, model, system_prompt) VALUES ({User}, 'tiny', 'Be brief.')",
                "SELECT system_prompt FROM user_default", "Be brief."),
            new(13, "UPDATE installation_default SET model = 'tiny'", "SELECT model FROM installation_default", "tiny"),
        ];
    }
}
