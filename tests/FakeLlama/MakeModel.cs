using System.Globalization;
using MeatLizard.Testing.Models;

namespace MeatLizard.FakeLlama;

/// <summary>
/// make-model OUT [--embd N] [--layers N] [--heads N] [--ff N] [--ctx N] [--fillers N] [--seed N] [--eos P] [--tools P] [--think P] [--f16]
/// </summary>
internal static class MakeModel
{
    public static int Run(string path, string[] rest)
    {
        var options = new TestModelOptions { Name = Path.GetFileNameWithoutExtension(path) };
        for (var i = 0; i < rest.Length; i++)
        {
            int Whole() => int.Parse(rest[++i], CultureInfo.InvariantCulture);
            double Rate() => double.Parse(rest[++i], CultureInfo.InvariantCulture);
            options = rest[i] switch
            {
                "--embd" => options with { Embedding = Whole() },
                "--layers" => options with { Layers = Whole() },
                "--heads" => options with { Heads = Whole() },
                "--ff" => options with { FeedForward = Whole() },
                "--ctx" => options with { ContextSize = Whole() },
                "--fillers" => options with { Fillers = Whole() },
                "--seed" => options with { Seed = Whole() },
                "--eos" => options with { EndRate = Rate() },
                "--tools" => options with { ToolRate = Rate() },
                "--think" => options with { ReasoningEndRate = Rate() },
                "--f16" => options with { HalfPrecision = true },
                _ => throw new ArgumentException($"make-model does not know {rest[i]}."),
            };
        }
        Console.WriteLine(TestModel.Write(path, options));
        return 0;
    }
}
