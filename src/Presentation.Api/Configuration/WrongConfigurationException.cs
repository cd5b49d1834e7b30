namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>The host cannot start as it is configured. The message is one sentence that names the key.</summary>
public sealed class WrongConfigurationException(string sentence) : Exception(sentence);
