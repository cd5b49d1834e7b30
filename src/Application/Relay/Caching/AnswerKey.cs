using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay.Caching;

/// <summary>Names an answer: by its user, who shares it with nobody, and by all of the request that shapes it.</summary>
/// <param name="Hash">SHA-256 of user and request, lower-case hex.</param>
public sealed record AnswerKey(UserId User, string Hash)
{
    /// <summary>How many characters a hash has.</summary>
    public const int HashLength = 64;

    /// <summary>
    /// Each field goes in with its length, so that no two requests make the same bytes. Names of models are the same in upper and lower case.
    /// JSON goes in without its white space; the order of its members stays, since the model sees it.
    /// </summary>
    /// <returns>Null when the request holds something that this doesn't know.</returns>
    public static AnswerKey? Of(UserId user, StatelessOrder order)
    {
        using var fields = new Fields();
        fields.Add(user.ToString());
        fields.Add(order.Kind.ToString());
        fields.Add(order.Model.ToLowerInvariant());
        fields.Add(order.Messages.Count);
        foreach (var message in order.Messages)
        {
            fields.Add(message.Role.ToString());
            fields.Add(message.Parts.Count);
            foreach (var part in message.Parts)
            {
                if (!fields.TryAdd(part))
                {
                    return null;
                }
            }
        }

        fields.Add(order.Parameters);
        fields.AddJson(order.Tools);
        fields.AddJson(order.ToolChoice);
        fields.Add(order.ParallelToolCalls?.ToString());
        fields.AddJson(order.ResponseFormat);
        return new(user, fields.Hash());
    }

    private sealed class Fields : IDisposable
    {
        private const int Missing = -1;

        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Add(string? text)
        {
            if (text is null)
            {
                Add(Missing);
                return;
            }

            // UTF-16 as it is: text that is not quite Unicode must not become the same as other text.
            Add(text.Length);
            _hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }

        public void Add(int number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            _hash.AppendData(bytes);
        }

        public void Add(GenerationOptions options)
        {
            Add(options.Temperature);
            Add(options.TopP);
            Add(options.MaxTokens?.ToString(CultureInfo.InvariantCulture));
            Add(options.Seed?.ToString(CultureInfo.InvariantCulture));
            Add(options.FrequencyPenalty);
            Add(options.PresencePenalty);
            Add(options.Stop.Count);
            foreach (var stop in options.Stop)
            {
                Add(stop);
            }
        }

        public void AddJson(string? json)
        {
            if (json is null)
            {
                Add(Missing);
                return;
            }

            var compact = new ArrayBufferWriter<byte>(json.Length);
            try
            {
                using var document = JsonDocument.Parse(json);
                using var writer = new Utf8JsonWriter(compact);
                document.RootElement.WriteTo(writer);
            }
            catch (Exception odd) when (odd is JsonException or InvalidOperationException)
            {
                // Whatever it is, it is only the same as itself.
                Add(json);
                return;
            }

            Add(compact.WrittenCount);
            _hash.AppendData(compact.WrittenSpan);
        }

        public bool TryAdd(MessagePart part)
        {
            string[]? texts = part switch
            {
                TextPart text => [text.Text],
                ReasoningPart thought => [thought.Text],
                ToolCallPart call => [call.CallId, call.Name, call.Arguments],
                ToolResultPart result => [result.CallId, result.Content],
                ImagePart image => [image.MediaType, image.Data],
                _ => null,
            };
            if (texts is null)
            {
                return false;
            }

            Add(part.GetType().Name);
            foreach (var text in texts)
            {
                Add(text);
            }

            return true;
        }

        public string Hash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public void Dispose() => _hash.Dispose();

        /// <summary>Minus zero is zero.</summary>
        private void Add(double? number) => Add((number == 0 ? 0 : number)?.ToString("R", CultureInfo.InvariantCulture));
    }
}
