namespace MeatLizard.KillHost;

/// <summary>What a scope is about to commit, as far as a kill point is defined by it.</summary>
internal sealed class CommitContents
{
    public bool Submit { get; set; }

    public bool Dispatch { get; set; }

    public bool Acknowledgement { get; set; }

    public bool Text { get; set; }

    public bool Completion { get; set; }

    public void Clear() => Submit = Dispatch = Acknowledgement = Text = Completion = false;
}
