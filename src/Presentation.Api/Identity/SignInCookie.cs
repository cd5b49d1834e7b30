using MeatLizard.Application.Identity;

namespace MeatLizard.Presentation.Api.Identity;

internal static class SignInCookie
{
    public const string Name = "meatlizard";

    public static void Give(HttpContext http, SignedIn signedIn) =>
        http.Response.Cookies.Append(Name, signedIn.Token, Options(http, signedIn.ExpiresAt));

    public static void Take(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, expires: null));

    private static CookieOptions Options(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
