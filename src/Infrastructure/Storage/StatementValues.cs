using System.Data;
using Dapper;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>Hands a statement's values to Dapper in the dialect's own types.</summary>
internal sealed class StatementValues(Statement statement, Func<object?, object> fit) : SqlMapper.IDynamicParameters
{
    public void AddParameters(IDbCommand command, SqlMapper.Identity identity)
    {
        foreach (var (name, value) in statement.Values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = fit(value);
            command.Parameters.Add(parameter);
        }
    }
}
