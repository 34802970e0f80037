using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class TelemetryResourceTests
{
    [Fact]
    public void Instance_NamedByTheEnvironment_IsNotNamedAgain() => Assert.Equal("web-abc", Instance("service.instance.id=web-abc"));

    [Fact]
    public void Instance_NamedByNobody_HasANameAllTheSame() => Assert.True(Guid.TryParse(Instance(null), out _));

    private static string? Instance(string? attributes)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("OTEL_RESOURCE_ATTRIBUTES", attributes), new("OTEL_SERVICE_NAME", "web")]);
        builder.AddTelemetry();
        using var host = builder.Build();
        return Assert.Single(host.Services.GetRequiredService<MeterProvider>().GetResource().Attributes, a => a.Key == "service.instance.id").Value as string;
    }
}
