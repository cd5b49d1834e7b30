namespace MeatLizard.Domain.Conversations;

/// <summary>Why an answer is not whole.</summary>
/// <param name="Code">Stable, e.g. <c>engine_crashed</c>.</param>
/// <param name="Message">Cause and next step for a person.</param>
/// <param name="Retryable">Whether trying again may help without anybody changing anything.</param>
public sealed record MessageError(string Code, string Message, bool Retryable);
