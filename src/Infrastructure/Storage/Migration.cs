using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One step of the schema. Once released it is never edited.</summary>
/// <param name="Hash">SHA-256 of the text with newlines as LF, lower-case hex.</param>
internal sealed record Migration(int Number, string Name, string Sql, string Hash)
{
    public static IReadOnlyList<Migration> All(IDialect dialect)
    {
        var assembly = typeof(Migration).Assembly;
        var folder = $"{typeof(Migration).Namespace}.Migrations.{dialect.Name}.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(resource =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                    return From(resource[folder.Length..^".sql".Length], reader.ReadToEnd());
                }),
        ];
    }

    /// <param name="name">E.g. <c>0001_identity</c>.</param>
    public static Migration From(string name, string sql)
    {
        var text = sql.ReplaceLineEndings("\n");
        var number = int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture);
        return new(number, name, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }
}
