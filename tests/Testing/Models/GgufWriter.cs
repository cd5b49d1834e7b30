using System.Text;

namespace MeatLizard.Testing.Models;

/// <summary>Writes a GGUF file, version 3: metadata, then tensors whose bytes are made while they are written.</summary>
internal sealed class GgufWriter : IDisposable
{
    private const int Alignment = 32;

    private readonly MemoryStream _metadata = new();
    private readonly BinaryWriter _pairs;
    private readonly List<Tensor> _tensors = [];
    private ulong _count;

    public GgufWriter() => _pairs = new BinaryWriter(_metadata);

    public void Add(string key, uint value)
    {
        Key(key, 4);
        _pairs.Write(value);
    }

    public void Add(string key, float value)
    {
        Key(key, 6);
        _pairs.Write(value);
    }

    public void Add(string key, bool value)
    {
        Key(key, 7);
        _pairs.Write((byte)(value ? 1 : 0));
    }

    public void Add(string key, string value)
    {
        Key(key, 8);
        Text(_pairs, value);
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        Key(key, 9);
        _pairs.Write(8u);
        _pairs.Write((ulong)values.Count);
        foreach (var value in values)
            Text(_pairs, value);
    }

    public void Add(string key, IReadOnlyCollection<int> values)
    {
        Key(key, 9);
        _pairs.Write(5u);
        _pairs.Write((ulong)values.Count);
        foreach (var value in values)
            _pairs.Write(value);
    }

    public void Add(string key, IReadOnlyCollection<float> values)
    {
        Key(key, 9);
        _pairs.Write(6u);
        _pairs.Write((ulong)values.Count);
        foreach (var value in values)
            _pairs.Write(value);
    }

    /// <param name="columns">Length of a row: the dimension that lies together in memory.</param>
    /// <param name="rows">1 for a vector.</param>
    /// <param name="half">Two bytes for a value instead of four.</param>
    public void Add(string name, int columns, int rows, bool half, Action<Stream> write) =>
        Add(name, rows == 1 ? [columns] : [columns, rows], half, write);

    /// <param name="dimensions">The first is the one that lies together in memory.</param>
    public void Add(string name, int[] dimensions, bool half, Action<Stream> write) => _tensors.Add(new Tensor(name, dimensions, half, write));

    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using var head = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        head.Write("GGUF"u8);
        head.Write(3u);
        head.Write((ulong)_tensors.Count);
        head.Write(_count);
        head.Write(_metadata.GetBuffer().AsSpan(0, (int)_metadata.Length));
        var offset = 0L;
        foreach (var tensor in _tensors)
        {
            Text(head, tensor.Name);
            head.Write((uint)tensor.Dimensions.Length);
            foreach (var dimension in tensor.Dimensions)
                head.Write((ulong)dimension);
            head.Write(tensor.Half ? 1u : 0u);
            head.Write((ulong)offset);
            offset += Padded(tensor.Bytes);
        }
        head.Flush();
        Pad(file);
        foreach (var tensor in _tensors)
        {
            var start = file.Position;
            tensor.Write(file);
            if (file.Position - start != tensor.Bytes)
                throw new InvalidOperationException($"{tensor.Name} has {file.Position - start} bytes instead of {tensor.Bytes}.");
            Pad(file);
        }
    }

    public void Dispose() => _pairs.Dispose();

    private static long Padded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static void Pad(FileStream file) => file.Write(new byte[Padded(file.Position) - file.Position]);

    private static void Text(BinaryWriter to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        to.Write((ulong)bytes.Length);
        to.Write(bytes);
    }

    private void Key(string key, uint type)
    {
        Text(_pairs, key);
        _pairs.Write(type);
        _count++;
    }

    private sealed record Tensor(string Name, int[] Dimensions, bool Half, Action<Stream> Write)
    {
        public long Bytes => Dimensions.Aggregate(Half ? 2L : 4L, (bytes, dimension) => bytes * dimension);
    }
}
