namespace MeatLizard.Application.Relay.Providers;

/// <summary>Money spent at a provider.</summary>
/// <param name="Month">Calendar month in UTC, e.g. <c>2026-11</c>.</param>
/// <param name="Currency">A label; amounts of different ones are never added up.</param>
/// <param name="Billionths">Of one of the currency.</param>
public sealed record ProviderCharge(string Provider, string Month, string Currency, long Billionths);
