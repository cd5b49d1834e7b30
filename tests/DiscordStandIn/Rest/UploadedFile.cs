namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>A file of a multipart request; <paramref name="Field"/> is its name in the form, usually <c>files[0]</c>.</summary>
internal sealed record UploadedFile(string Field, string Name, string ContentType, byte[] Bytes);
