using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Testing.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>A worker whose every word is the test's: in any order, twice, too late, or never.</summary>
internal sealed class ScriptedWorker : IRelayCarrier
{
    private readonly Channel<ToWorker> _heard = Channel.CreateUnbounded<ToWorker>();
    private IRelayInbox? _inbox;

    public static WorkerId Id { get; } = new("scripted");

    public string Name => "scripted";

    /// <summary>Asked for when its host starts.</summary>
    public bool NoticesLoss { get; set; } = true;

    /// <summary>Its connection is cut, and nobody has given it up yet.</summary>
    public bool IsAway { get; set; }

    public bool Reaches(WorkerId worker) => worker == Id && !IsAway;

    public Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken) =>
        _heard.Writer.WriteAsync(message, cancellationToken).AsTask();

    /// <summary>A host whose only worker this is.</summary>
    public async Task<RelayHost> Host(
        string folder,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? also = null)
    {
        var all = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>());
        all.TryAdd("Inference:LlamaServer", "none");
        var host = await RelayHost.Start(folder, all, services =>
        {
            services.RemoveAll<IRelayCarrier>();
            services.AddSingleton<IRelayCarrier>(this);
            foreach (var real in services.Where(service => service.ImplementationType == typeof(InProcessPump) || service.ImplementationType == typeof(WorkerLoop)).ToArray())
            {
                services.Remove(real);
            }

            also?.Invoke(services);
        });
        _inbox = host.Services.GetRequiredService<IRelayInbox>();
        return host;
    }

    public Task SayHello(int slots = 4, byte epoch = 1, params string[] models) => Say(new Hello
    {
        WorkerEpoch = [.. Enumerable.Repeat(epoch, 16)],
        Version = "1.0.0",
        Models = [.. (models.Length > 0 ? models : ["tiny"]).Select(name => Model(name, slots))],
        Slots = slots,
    });

    public async Task Say(params ToServer[] messages)
    {
        foreach (var message in messages)
        {
            await _inbox!.Deliver(Id, message, CancellationToken.None);
        }
    }

    /// <summary>The next message of this kind; others before it are passed over.</summary>
    public async Task<T> Hears<T>()
        where T : ToWorker
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await _heard.Reader.ReadAsync(patience.Token) is T message)
            {
                return message;
            }
        }
    }

    /// <summary>Whether something of this kind has been said and not been heard yet.</summary>
    public bool HasHeard<T>()
        where T : ToWorker
    {
        List<ToWorker> all = [];
        while (_heard.Reader.TryRead(out var message))
        {
            all.Add(message);
        }

        all.ForEach(message => _heard.Writer.TryWrite(message));
        return all.Exists(message => message is T);
    }

    /// <summary>Deals with all that is heard, until it is told to stop.</summary>
    public async Task Serve(Func<ToWorker, Task> answer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _heard.Reader.ReadAllAsync(cancellationToken))
            {
                await answer(message);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public static ModelDescriptor Model(string name, int slots) => new() { Name = name, ContextSize = 4096, Slots = slots, SizeBytes = 1 };

    public async Task Answer(Infer order, params string[] texts) =>
        await Say([new Accepted(order.RequestId, order.Attempt), .. Chunks(order, texts), End(order, texts)]);

    public static Chunk[] Chunks(Infer order, params string[] texts) =>
        [.. texts.Select((text, sequence) => new Chunk(order.RequestId, order.Attempt, sequence, 0, ChunkKind.Text, text))];

    public static Done End(Infer order, params string[] texts) => new()
    {
        RequestId = order.RequestId,
        Attempt = order.Attempt,
        Chunks = texts.Length,
        FinishReason = FinishReason.Stop,
        Usage = new TokenUsage(7, texts.Length),
        PartHashes = texts.Length == 0 ? [] : [Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(texts))))],
    };
}
