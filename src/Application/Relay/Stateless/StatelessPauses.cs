namespace MeatLizard.Application.Relay.Stateless;

/// <summary>How long a call lets things lie.</summary>
internal static class StatelessPauses
{
    /// <summary>How often somebody who waits in line looks whether that is still worth it.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>What is missing is asked for again after so long, because the question or its answer may be lost as well.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    /// <summary>How often somebody who hears nothing looks whether the worker is still where it was asked.</summary>
    public static readonly TimeSpan LookAround = TimeSpan.FromSeconds(5);

    /// <summary>After a worker has said no.</summary>
    public static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(250);
}
