using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Reads what a request brings: JSON, or a form with payload_json and files.</summary>
internal sealed record RestBody(JsonNode? Json, IReadOnlyList<UploadedFile> Files)
{
    public static async Task<RestBody> Read(HttpRequest request, CancellationToken cancellation)
    {
        if (request.HasFormContentType)
            return await Form(request, cancellation);
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, cancellation);
        return new RestBody(content.Length == 0 ? null : Parse(content.ToArray()), []);
    }

    private static async Task<RestBody> Form(HttpRequest request, CancellationToken cancellation)
    {
        var form = await request.ReadFormAsync(cancellation);
        var files = new List<UploadedFile>();
        foreach (var file in form.Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellation);
            var type = string.IsNullOrEmpty(file.ContentType) ? "application/octet-stream" : file.ContentType;
            files.Add(new UploadedFile(file.Name, Path.GetFileName(file.FileName), type, content.ToArray()));
        }

        if (form["payload_json"].ToString() is { Length: > 0 } json)
            return new RestBody(Parse(System.Text.Encoding.UTF8.GetBytes(json)), files);
        var fields = new JsonObject();
        foreach (var (name, value) in form)
            fields[name] = value.ToString();
        return new RestBody(fields, files);
    }

    private static JsonNode? Parse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            throw new Refusal(400, 50109, "The request body contains invalid JSON.");
        }
    }
}
