using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Security;

/// <summary>A file in the data folder that only its owner may read.</summary>
internal sealed class FileRootStore(string folder) : IRootStore
{
    public Task Save(string worker, string root, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(folder);
        SecretFile.Write(PathOf(worker), root, overwrite: true);
        return Task.CompletedTask;
    }

    public Task Remove(string worker, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(PathOf(worker));
        }

        return Task.CompletedTask;
    }

    public async Task<string?> Find(string worker, CancellationToken cancellationToken) =>
        File.Exists(PathOf(worker)) ? (await File.ReadAllTextAsync(PathOf(worker), cancellationToken)).Trim() : null;

    private string PathOf(string worker) => Path.Combine(folder, $"{worker}.root");
}
