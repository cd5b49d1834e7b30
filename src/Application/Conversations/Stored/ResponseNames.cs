using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>What callers call a response: <c>resp_</c> and its id in 32 lower-case hex digits.</summary>
public static class ResponseNames
{
    private const string Prefix = "resp_";

    public static string Of(RequestId id) => $"{Prefix}{id.Value:N}";

    /// <returns>Null when no response can be called so.</returns>
    public static RequestId? Read(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && Guid.TryParseExact(name.AsSpan(Prefix.Length), "N", out var id)
        && Of(new(id)) == name
            ? new RequestId(id)
            : null;

    /// <param name="id">The response that was to be gone on from, or one before it; null when it was called as none can be.</param>
    public static Refusal NoPrevious(RequestId? id)
    {
        var detail = (id is { } known ? $"There is no response {Of(known)}" : "There is no such response")
            + " to go on from: it was never stored, or is deleted. Send the conversation so far as input.";
        return new(RefusalKind.NotFound, "previous_response_not_found", detail)
        {
            Errors = new Dictionary<string, string[]> { ["previous_response_id"] = [detail] },
        };
    }
}
