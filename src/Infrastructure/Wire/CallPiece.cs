namespace MeatLizard.Infrastructure.Wire;

/// <summary>A piece of a tool call, as OpenAI's API and llama-server stream it.</summary>
/// <param name="Index">Which of the answer's calls it belongs to; null where a server has no numbers for them.</param>
/// <param name="Id">Of the call; stands with its first piece.</param>
internal sealed record CallPiece(int? Index, string? Id, FunctionPiece? Function);

/// <param name="Name">Stands with the call's first piece.</param>
/// <param name="Arguments">The next characters of them.</param>
internal sealed record FunctionPiece(string? Name, string? Arguments);
