namespace MeatLizard.Presentation.Api.Relay;

internal enum SocketVerb
{
    Send,
    Cancel,
    Resume,
    Ping,
}
