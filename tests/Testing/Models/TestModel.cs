using System.Runtime.InteropServices;
using System.Text;

namespace MeatLizard.Testing.Models;

/// <summary>
/// A llama with random weights that llama.cpp loads and runs like a real one. It knows nothing, but behaves: letters come about as often as
/// in English, an answer ends at a chosen rate, and the same prompt gives the same distribution.
/// </summary>
/// <remarks>
/// The first channel of the hidden state is the same constant for every token, and no layer writes to it. What the output matrix has in its
/// first column therefore is a fixed logit for each token: the logarithm of the probability that it is to have. The second channel is set by a
/// line's end, which is what an answer is asked for with: there the end, and a space, are ruled out, so that an answer always has a text, and no layer
/// hears of it. The other channels add a little noise that depends on the context.
/// </remarks>
public static class TestModel
{
    private const string Letters = "etaoinshrdlucmfwypvbgk";
    private const float Noise = 0.5f;

    /// <summary>How strong the second channel is at a line's end, and what it takes from the logit of a token that must not follow one.</summary>
    private const float LineEnd = 4;
    private const float RuledOut = -10;
    private const int PoolSize = 1 << 18;

    private static readonly string[] Pairs =
    [
        "t h", "th e", "_ t", "_t h", "_th e", "i n", "e r", "a n", "r e", "o n", "in g", "an d", "_ a", "_ s", "_ w",
    ];

    /// <summary>Writes tiny.gguf into the folder and answers its path.</summary>
    public static string Tiny(string folder) => Write(Path.Combine(folder, "tiny.gguf"), new TestModelOptions { Name = "tiny" });

    public static string Write(string path, TestModelOptions options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var words = Vocabulary(options);
        using var file = new GgufWriter();
        Describe(file, options, words);
        Weights(file, options, words);
        // Moved into place, so that nobody finds half a model.
        file.Write(path + ".part");
        File.Move(path + ".part", path, overwrite: true);
        return path;
    }

    private static List<Word> Vocabulary(TestModelOptions options)
    {
        const double never = 1e-9;
        var words = new List<Word>();
        for (var value = 0; value < 256; value++)
        {
            var rank = Letters.IndexOf((char)value, StringComparison.Ordinal);
            var rate = rank >= 0
                ? 0.11 * Math.Pow(0.9, rank)
                : (char)value switch { ' ' => 0.16, '.' or ',' => 0.01, '"' => 0.05, _ => 1e-7 };
            words.Add(new Word(Printable(value).ToString(), Kind.Plain, rate));
        }
        words.AddRange(Pairs.Select(x => new Word(Merged(x).Replace(" ", "", StringComparison.Ordinal), Kind.Plain, 0.006)));
        words.AddRange(Enumerable.Range(0, options.Fillers).Select(x => new Word($"<filler{x}>", Kind.Plain, never)));
        // One token opens the call together with everything a random model would never find by itself.
        if (options.ToolRate > 0)
        {
            words.Add(new Word(ChatTemplates.CallOpening, Kind.Added, options.ToolRate));
            words.Add(new Word("</tool_call>", Kind.Added, 1e-4));
        }
        if (options.ReasoningEndRate > 0)
        {
            words.Add(new Word("<think>", Kind.Added, never));
            words.Add(new Word("</think>", Kind.Added, options.ReasoningEndRate));
        }
        words.Add(new Word("<|begin|>", Kind.Control, never));
        words.Add(new Word("<|im_start|>", Kind.Control, never));
        words.Add(new Word("<|im_end|>", Kind.Control, options.EndRate));
        words.Add(new Word("<|pad|>", Kind.Control, never));
        return words;
    }

    private static void Describe(GgufWriter file, TestModelOptions options, List<Word> words)
    {
        uint Id(string text) => (uint)words.FindIndex(x => x.Text == text);
        file.Add("general.architecture", "llama");
        file.Add("general.name", options.Name);
        file.Add("general.file_type", options.HalfPrecision ? 1u : 0u);
        file.Add("llama.vocab_size", (uint)words.Count);
        file.Add("llama.context_length", (uint)options.ContextSize);
        file.Add("llama.embedding_length", (uint)options.Embedding);
        file.Add("llama.block_count", (uint)options.Layers);
        file.Add("llama.feed_forward_length", (uint)options.FeedForward);
        file.Add("llama.attention.head_count", (uint)options.Heads);
        file.Add("llama.attention.head_count_kv", (uint)options.Heads);
        file.Add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        file.Add("llama.rope.dimension_count", (uint)(options.Embedding / options.Heads));
        file.Add("llama.rope.freq_base", 10000f);
        file.Add("tokenizer.ggml.model", "gpt2");
        file.Add("tokenizer.ggml.pre", "gpt-2");
        file.Add("tokenizer.ggml.tokens", words.ConvertAll(x => x.Text));
        file.Add("tokenizer.ggml.token_type", words.ConvertAll(x => (int)x.Kind));
        file.Add("tokenizer.ggml.merges", Pairs.Select(Merged).ToList());
        file.Add("tokenizer.ggml.bos_token_id", Id("<|begin|>"));
        file.Add("tokenizer.ggml.eos_token_id", Id("<|im_end|>"));
        file.Add("tokenizer.ggml.padding_token_id", Id("<|pad|>"));
        file.Add("tokenizer.ggml.add_bos_token", true);
        file.Add("tokenizer.chat_template", ChatTemplates.For(options));
    }

    private static void Weights(GgufWriter file, TestModelOptions options, List<Word> words)
    {
        var random = new Random(options.Seed);
        var pool = new float[PoolSize];
        for (var i = 0; i < pool.Length; i++)
            pool[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

        var (wide, half) = (options.Embedding, options.HalfPrecision);
        // The constant channel after the norm: its square and the others' squares make the mean, about half each.
        var constant = Math.Sqrt(wide / 2.0);
        var inward = (float)(1 / Math.Sqrt(wide));
        var outward = inward / (2 * MathF.Sqrt(options.Layers));
        var scaled = new Dictionary<float, byte[]>();
        var (lineEnd, space) = (Printable('\n').ToString(), Printable(' '));

        bool IsRuledOut(Word word) => word.Text is "<|im_end|>" or "</think>" || word.Text[0] == space;

        void Matrix(
            string name, int columns, int rows, float deviation, Func<int, (float First, float Second)>? fixedChannels = null, bool silent = false, bool deaf = false) =>
            file.Add(name, columns, rows, half, stream =>
            {
                if (!scaled.TryGetValue(deviation, out var bytes))
                    scaled[deviation] = bytes = Bytes(pool, deviation, half);
                var size = half ? 2 : 4;
                var row = new byte[columns * size];
                for (var r = 0; r < rows; r++)
                {
                    for (var at = 0; at < row.Length;)
                    {
                        var from = random.Next(PoolSize) * size;
                        var take = Math.Min(row.Length - at, bytes.Length - from);
                        bytes.AsSpan(from, take).CopyTo(row.AsSpan(at));
                        at += take;
                    }
                    if (silent && r <= 1)
                        row.AsSpan().Clear();
                    if (deaf)
                        Put(row.AsSpan(size), 0, half);
                    if (fixedChannels is not null)
                    {
                        var (first, second) = fixedChannels(r);
                        Put(row, first, half);
                        Put(row.AsSpan(size), second, half);
                    }
                    stream.Write(row);
                }
            });
        void Ones(string name) => file.Add(name, wide, 1, false, x => x.Write(Bytes(Enumerable.Repeat(1f, wide).ToArray(), 1, false)));

        Matrix("token_embd.weight", wide, words.Count, 1, r => (MathF.Sqrt(wide), words[r].Text == lineEnd ? LineEnd : 0));
        Ones("output_norm.weight");
        Matrix("output.weight", wide, words.Count, Noise * inward, r => ((float)(Math.Log(words[r].Rate) / constant), IsRuledOut(words[r]) ? RuledOut : 0));
        for (var i = 0; i < options.Layers; i++)
        {
            Ones($"blk.{i}.attn_norm.weight");
            Ones($"blk.{i}.ffn_norm.weight");
            foreach (var part in "qkv")
                Matrix($"blk.{i}.attn_{part}.weight", wide, wide, inward, deaf: true);
            Matrix($"blk.{i}.attn_output.weight", wide, wide, outward, silent: true);
            Matrix($"blk.{i}.ffn_gate.weight", wide, options.FeedForward, inward, deaf: true);
            Matrix($"blk.{i}.ffn_up.weight", wide, options.FeedForward, inward, deaf: true);
            Matrix($"blk.{i}.ffn_down.weight", options.FeedForward, wide, outward, silent: true);
        }
    }

    private static byte[] Bytes(float[] values, float factor, bool half)
    {
        if (half)
            return MemoryMarshal.AsBytes(Array.ConvertAll(values, x => (Half)(x * factor)).AsSpan()).ToArray();
        return MemoryMarshal.AsBytes(Array.ConvertAll(values, x => x * factor).AsSpan()).ToArray();
    }

    private static void Put(Span<byte> row, float value, bool half)
    {
        if (half)
            BitConverter.TryWriteBytes(row, (Half)value);
        else
            BitConverter.TryWriteBytes(row, value);
    }

    /// <summary>
    /// Byte-level BPE writes each byte as a visible character: itself where it is one, else one beyond Latin-1, counted upwards.
    /// </summary>
    private static char Printable(int value)
    {
        static bool Visible(int x) => x is > 32 and < 127 or > 160 and not 173;
        return Visible(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(x => !Visible(x)));
    }

    private static string Merged(string pair) => new StringBuilder(pair).Replace('_', Printable(' ')).ToString();

    private enum Kind
    {
        Plain = 1,
        Control = 3,
        Added = 4,
    }

    private sealed record Word(string Text, Kind Kind, double Rate);
}
