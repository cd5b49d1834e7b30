using System.Diagnostics.CodeAnalysis;

namespace MeatLizard.Application;

/// <summary>A use case's result: its value, or why there is none.</summary>
public sealed class Outcome<T> : IOutcome<Outcome<T>>
{
    private readonly T? _value;

    private Outcome(T? value, Refusal? refusal)
    {
        _value = value;
        Refusal = refusal;
    }

    public Refusal? Refusal { get; }

    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException($"Refused: {Refusal.Code}.");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);

    static Outcome<T> IOutcome<Outcome<T>>.Refused(Refusal refusal) => new(default, refusal);

    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal, [MaybeNullWhen(true)] out T value)
    {
        refusal = Refusal;
        value = _value!;
        return refusal is not null;
    }
}
