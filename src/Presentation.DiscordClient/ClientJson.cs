using System.Text.Json.Serialization;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using MeatLizard.Presentation.DiscordClient.Relay.Running;

namespace MeatLizard.Presentation.DiscordClient;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Enrolled))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(WorkerStatus))]
internal sealed partial class ClientJson : JsonSerializerContext;
