using System.Data;
using Dapper;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// Teaches Dapper to read what the two databases give for the same column. Values are never written through Dapper's own
/// mapping but through <see cref="StatementValues"/>, so that times and texts are cut in one place.
/// </summary>
internal static class DapperSetup
{
    // Dapper's own tables are of the process; a static constructor fills them once.
    static DapperSetup()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        Read(value => value as Guid? ?? Guid.Parse((string)value));
        Read(value => value is long microseconds ? StoredValue.Time(microseconds) : new DateTimeOffset((DateTime)value));
        Read(value => StoredValue.Duration((long)value));
        Read(value => value as bool? ?? (long)value != 0);
    }

    public static void Ensure()
    {
    }

    private static void Read<T>(Func<object, T> parse)
        where T : struct
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        SqlMapper.AddTypeHandler(new Reader<T>(parse));
    }

    private sealed class Reader<T>(Func<object, T> parse) : SqlMapper.TypeHandler<T>
    {
        public override T Parse(object value) => parse(value);

        public override void SetValue(IDbDataParameter parameter, T? value) =>
            throw new NotSupportedException("Values are written through StatementValues.");
    }
}
