using MeatLizard.Application.Identity.Lockout;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Says that this browser has signed in before; it lets nobody in, and outlives signing out.</summary>
internal static class DeviceCookie
{
    public const string Name = "meatlizard_device";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public static void Give(HttpContext http, string account)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.Cookies.Append(Name, http.RequestServices.GetRequiredService<IDeviceMarks>().Make(account), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = http.Request.IsHttps,
            Path = "/api/v1/auth",
            Expires = now + Kept,
            IsEssential = true,
        });
    }

    /// <summary>The browser's name, if this account has signed in there.</summary>
    public static string? Read(HttpContext http, string account) =>
        http.RequestServices.GetRequiredService<IDeviceMarks>().Read(account, http.Request.Cookies[Name]);
}
