using System.Runtime.InteropServices;

namespace MeatLizard.Testing.Models;

/// <summary>
/// A projector (mmproj) with random weights for a test model: in the manner of Gemma 3's, with one layer, which makes four tokens of an image.
/// What the model makes of them means nothing.
/// </summary>
public static class TestProjector
{
    private const int ImageSize = 32;
    private const int PatchSize = 8;
    private const int Colours = 3;
    private const int Width = 32;
    private const int Heads = 2;
    private const int FeedForward = 64;
    private const int Merge = 2;
    private const int Patches = ImageSize / PatchSize * (ImageSize / PatchSize);

    /// <summary>How many tokens an image is.</summary>
    public const int Tokens = Patches / (Merge * Merge);

    /// <param name="model">Whom it is for: it makes embeddings of that width.</param>
    public static string Write(string path, TestModelOptions model)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var file = new GgufWriter();
        Describe(file, model);
        Weights(file, model);
        file.Write(path + ".part");
        File.Move(path + ".part", path, overwrite: true);
        return path;
    }

    private static void Describe(GgufWriter file, TestModelOptions model)
    {
        file.Add("general.architecture", "clip");
        file.Add("general.type", "mmproj");
        file.Add("general.name", model.Name);
        file.Add("general.file_type", 0u);
        file.Add("clip.has_vision_encoder", true);
        file.Add("clip.projector_type", "gemma3");
        file.Add("clip.use_gelu", true);
        file.Add("clip.vision.image_size", (uint)ImageSize);
        file.Add("clip.vision.patch_size", (uint)PatchSize);
        file.Add("clip.vision.embedding_length", (uint)Width);
        file.Add("clip.vision.feed_forward_length", (uint)FeedForward);
        file.Add("clip.vision.projection_dim", (uint)model.Embedding);
        file.Add("clip.vision.block_count", 1u);
        file.Add("clip.vision.attention.head_count", (uint)Heads);
        file.Add("clip.vision.attention.layer_norm_epsilon", 1e-6f);
        file.Add("clip.vision.projector.scale_factor", (uint)Merge);
        file.Add("clip.vision.image_mean", (float[])[0.5f, 0.5f, 0.5f]);
        file.Add("clip.vision.image_std", (float[])[0.5f, 0.5f, 0.5f]);
    }

    private static void Weights(GgufWriter file, TestModelOptions model)
    {
        var random = new Random(model.Seed);

        void Add(string name, float deviation, float mean, params int[] dimensions) => file.Add(name, dimensions, half: false, stream =>
        {
            var values = new float[dimensions.Aggregate(1, (all, one) => all * one)];
            for (var i = 0; i < values.Length; i++)
                values[i] = mean + (deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        });

        void Layer(string name, int columns, int rows)
        {
            Add($"v.{name}.weight", 1 / MathF.Sqrt(columns), 0, columns, rows);
            Add($"v.{name}.bias", 0, 0, rows);
        }

        void Norm(string name)
        {
            Add($"v.{name}.weight", 0, 1, Width);
            Add($"v.{name}.bias", 0, 0, Width);
        }

        Add("v.patch_embd.weight", 1 / MathF.Sqrt(PatchSize * PatchSize), 0, PatchSize, PatchSize, Colours, Width);
        Add("v.patch_embd.bias", 0, 0, Width);
        Add("v.position_embd.weight", 0.1f, 0, Width, Patches);
        Norm("blk.0.ln1");
        foreach (var part in (string[])["attn_q", "attn_k", "attn_v", "attn_out"])
            Layer($"blk.0.{part}", Width, Width);
        Norm("blk.0.ln2");
        Layer("blk.0.ffn_up", Width, FeedForward);
        Layer("blk.0.ffn_down", FeedForward, Width);
        Norm("post_ln");
        Add("mm.soft_emb_norm.weight", 0, 1, Width);
        Add("mm.input_projection.weight", 1 / MathF.Sqrt(Width), 0, model.Embedding, Width);
    }
}
