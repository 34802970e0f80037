using System.Text.Json;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>A request that a receiver got.</summary>
public sealed record Received(DateTimeOffset At, string Signature, string Delivery, string Event, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
