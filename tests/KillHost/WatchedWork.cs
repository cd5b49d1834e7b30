using MeatLizard.Application;

namespace MeatLizard.KillHost;

internal sealed class WatchedWork(IUnitOfWork inner, CommitContents contents, Trap trap) : IUnitOfWork
{
    public async Task Commit(CommitDurability durability, CancellationToken cancellationToken)
    {
        Pass(contents.Submit, KillPoint.BeforeInsert);
        Pass(contents.Text && !contents.Submit, KillPoint.ChunkReceived);
        Pass(contents.Completion, KillPoint.DoneReceived);
        await inner.Commit(durability, cancellationToken);
        Pass(contents.Submit, KillPoint.AfterCommitBeforeAnswer);
        Pass(contents.Dispatch, KillPoint.DispatchCommitted);
        Pass(contents.Acknowledgement, KillPoint.Accepted);
        Pass(contents.Text && !contents.Submit, KillPoint.ChunkCommitted);
        Pass(contents.Completion, KillPoint.EndCommitted);
        contents.Clear();
    }

    private void Pass(bool applies, KillPoint point)
    {
        if (applies)
        {
            trap.Pass(point);
        }
    }
}
