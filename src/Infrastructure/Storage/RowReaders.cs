using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// What Dapper has made to read the rows of a query, kept by the query's text. Dapper itself looks at the name and the type of every column of
/// every result to find it again, which takes longer than the reading.
/// </summary>
internal sealed class RowReaders
{
    private readonly ConcurrentDictionary<(string Sql, Type Row), Delegate> _known = new();

    /// <summary>Whether these are rows of several columns; single values are converted by Dapper as they come.</summary>
    public static bool Reads<T>() => !typeof(T).IsValueType && !typeof(T).IsArray && typeof(T) != typeof(string);

    /// <param name="result">At its first row.</param>
    /// <param name="typesAreFixed">Whether the types of its columns are the same whatever the rows hold.</param>
    public Func<DbDataReader, T> Find<T, TReader>(string sql, TReader result, Func<TReader, bool> typesAreFixed)
        where TReader : DbDataReader
    {
        if (_known.TryGetValue((sql, typeof(T)), out var known))
        {
            return (Func<DbDataReader, T>)known;
        }

        var made = result.GetRowParser<T>();
        if (typesAreFixed(result))
        {
            _known[(sql, typeof(T))] = made;
        }

        return made;
    }
}
