using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>An answer of /v1/embeddings.</summary>
internal sealed record EmbeddingListContract(string Object, IReadOnlyList<EmbeddingContract> Data, string Model, EmbeddingUsage Usage);

/// <param name="Index">Of the text that it stands for, from 0.</param>
internal sealed record EmbeddingContract(string Object, int Index, EmbeddedVector Embedding);

internal sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);

/// <summary>Numbers, or the bytes of little-endian floats in base64.</summary>
[JsonConverter(typeof(EmbeddedVectorConverter))]
internal sealed record EmbeddedVector(IReadOnlyList<float> Values, bool AsBase64);

internal sealed class EmbeddedVectorConverter : JsonConverter<EmbeddedVector>
{
    public override EmbeddedVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are only written.");

    public override void Write(Utf8JsonWriter writer, EmbeddedVector value, JsonSerializerOptions options)
    {
        if (value.AsBase64)
        {
            var bytes = new byte[value.Values.Count * sizeof(float)];
            for (var i = 0; i < value.Values.Count; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value.Values[i]);
            }

            writer.WriteBase64StringValue(bytes);
            return;
        }

        writer.WriteStartArray();
        foreach (var number in value.Values)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
