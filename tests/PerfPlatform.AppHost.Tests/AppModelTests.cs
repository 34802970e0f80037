using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using PerfPlatform.Contracts;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

public sealed class AppModelTests
{
    [Fact]
    public async Task Model_Default_HasEveryServiceAndServer()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PerfPlatform_AppHost>();
        var names = builder.Resources.Select(r => r.Name).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq, ResourceNames.Ingestion, ResourceNames.Analysis,
                ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web, ResourceNames.Agent,
            },
            names);
    }

    [Fact]
    public async Task Ingestion_Model_NeedsNoDatabase()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PerfPlatform_AppHost>();
        var ingestion = builder.Resources.OfType<ProjectResource>().Single(r => r.Name == ResourceNames.Ingestion);
        var waits = ingestion.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name).ToList();
        Assert.Contains(ResourceNames.RabbitMq, waits);
        Assert.DoesNotContain(ResourceNames.Metrics, waits);
    }

    [Fact]
    public async Task Services_Model_HaveAHealthCheckedEndpoint()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PerfPlatform_AppHost>();
        foreach (var service in builder.Resources.OfType<ProjectResource>().Where(r => r.Name != ResourceNames.Agent))
        {
            Assert.Contains(service.Annotations.OfType<EndpointAnnotation>(), e => e.Name == "http");
            Assert.NotEmpty(service.Annotations.OfType<HealthCheckAnnotation>());
        }
    }
}
