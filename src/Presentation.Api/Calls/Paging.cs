using System.Globalization;
using System.Reflection;
using MeatLizard.Application;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>Which page of a list is wanted.</summary>
internal readonly record struct Paging(int Limit, string? Cursor)
{
    public const int Most = 200;
    private const int Usual = 50;

    public static ValueTask<Paging> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var limit = Usual;
        if (Query.One(http, "limit") is { } asked
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > Most))
        {
            throw new RefusedException(Refusal.Invalid("limit", "invalid_value", $"A page has 1 to {Most} items."));
        }

        return ValueTask.FromResult(new Paging(limit, Query.One(http, "cursor")));
    }
}
