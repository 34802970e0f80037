using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>The app model itself: nothing is started.</summary>
public sealed class AppModelTests
{
    private static readonly string[] Services = [ResourceNames.Ingestion, ResourceNames.Analysis, ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web];
    private static readonly string[] Servers = [ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq];

    [Theory]
    [InlineData("local")]
    [InlineData("containers")]
    public async Task Model_EitherInfrastructure_HasEveryServiceAndServerByTheSameName(string infra)
    {
        var builder = await BuilderAsync(infra);
        string[] expected = [.. Services, .. Servers, ResourceNames.Agent];
        Assert.Superset(expected.ToHashSet(), builder.Resources.Select(r => r.Name).ToHashSet());
        // A server stands once: its connection string is no second resource. A container of PostgreSQL has its database as a child.
        string[] servers = infra == "local" ? Servers : [.. Servers, "postgres"];
        Assert.Equal(servers.Order(), builder.Resources.OfType<IResourceWithConnectionString>().Select(r => r.Name).Order());
    }

    [Theory]
    [InlineData(ResourceNames.Ingestion, ResourceNames.Redis, ResourceNames.RabbitMq)]
    [InlineData(ResourceNames.Analysis, ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq)]
    [InlineData(ResourceNames.Alerting, ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq)]
    [InlineData(ResourceNames.Reports, ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq)]
    [InlineData(ResourceNames.Web, ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq)]
    [InlineData(ResourceNames.Agent, ResourceNames.Web)]
    public async Task Resource_Model_WaitsForWhatItNeedsAndNothingElse(string name, params string[] expected)
    {
        var waits = (await ProjectAsync(name)).Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name);
        // A container's database brings its server with it.
        Assert.Equal(expected.Order(), waits.Where(w => w != "postgres").Distinct().Order());
    }

    [Fact]
    public async Task Services_Model_KnowEachOtherByReference()
    {
        foreach (var name in Services)
        {
            var references = (await ProjectAsync(name)).Annotations.OfType<EndpointReferenceAnnotation>().Select(r => r.Resource.Name);
            Assert.Equal(Services.Where(s => s != name).Order(), references.Distinct().Order());
        }
    }

    [Fact]
    public async Task Services_Model_AreWaitedForByReadiness()
    {
        foreach (var name in Services)
        {
            var service = await ProjectAsync(name);
            Assert.Contains(service.Annotations.OfType<EndpointAnnotation>(), e => e.Name == "http");
            Assert.Contains(service.Annotations.OfType<HealthCheckAnnotation>(), check => check.Key.Contains("/ready", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Addresses_Model_AreThoseOfTheDocuments()
    {
        Assert.Equal(5080, (await ProjectAsync(ResourceNames.Web)).Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == "http").Port);
        var ingestion = (await ProjectAsync(ResourceNames.Ingestion)).Annotations.OfType<EndpointAnnotation>().ToDictionary(e => e.Name, e => e.Port);
        Assert.Equal(4318, ingestion["otlp-http"]);
        Assert.Equal(4317, ingestion["otlp-grpc"]);
    }

    [Fact]
    public async Task Services_Model_LeaveItToASpansParentWhetherItIsRecorded()
    {
        // Aspire says always_on, and later callbacks win.
        var builder = await BuilderAsync("local");
        foreach (var service in builder.Resources.OfType<ProjectResource>().Where(r => Services.Contains(r.Name)))
        {
            var context = new EnvironmentCallbackContext(builder.ExecutionContext, service);
            foreach (var environment in service.Annotations.OfType<EnvironmentCallbackAnnotation>()) await environment.Callback(context);
            Assert.Equal("parentbased_always_on", context.EnvironmentVariables["OTEL_TRACES_SAMPLER"]);
        }
    }

    [Fact]
    public async Task Servers_AsContainers_OutliveTheAppHostWithTheirData()
    {
        var builder = await BuilderAsync("containers");
        var containers = builder.Resources.OfType<ContainerResource>().ToList();
        Assert.Equal(["postgres", ResourceNames.RabbitMq, ResourceNames.Redis], containers.Select(c => c.Name).Order());
        Assert.All(containers, container =>
        {
            Assert.Equal(ContainerLifetime.Persistent, container.Annotations.OfType<ContainerLifetimeAnnotation>().Single().Lifetime);
            Assert.StartsWith("perfplatform-", container.Annotations.OfType<ContainerMountAnnotation>().Single().Source, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Projects_Model_WantNoCertificate()
    {
        // One that does, where none is trusted, is a red banner over every page of the dashboard.
        var projects = (await BuilderAsync("local")).Resources.OfType<ProjectResource>();
#pragma warning disable ASPIRECERTIFICATES001 // May still change with Aspire.
        Assert.All(projects, project => Assert.False(project.Annotations.OfType<HttpsCertificateAnnotation>().Last().UseDeveloperCertificate));
#pragma warning restore ASPIRECERTIFICATES001
        Assert.DoesNotContain(projects.SelectMany(p => p.Annotations.OfType<EndpointAnnotation>()), endpoint => endpoint.UriScheme == "https");
    }

    [Fact]
    public async Task Replicas_BySetting_AreTaken()
    {
        var builder = await BuilderAsync("local");
        foreach (var service in builder.Resources.OfType<ProjectResource>().Where(r => Services.Contains(r.Name))) Assert.Equal(2, service.Annotations.OfType<ReplicaAnnotation>().Last().Replicas);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("no-such-program", false)]
    public async Task Infra_NotSaid_IsContainersWhereTheEngineAnswers(string engine, bool containers)
    {
        var builder = await AppModel.CreateAsync("/nowhere", "Infra=", $"ASPIRE_CONTAINER_RUNTIME={engine}");
        Assert.Equal(containers ? ["postgres", ResourceNames.RabbitMq, ResourceNames.Redis] : [], builder.Resources.OfType<ContainerResource>().Select(r => r.Name).Order());
        Assert.Superset(Servers.ToHashSet(), builder.Resources.Select(r => r.Name).ToHashSet());
    }

    [Fact]
    public async Task Infra_Unknown_IsRefusedWithTheWords()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => BuilderAsync("docker"));
        Assert.Contains("'containers' or 'local'", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("containers")]
    public async Task Resources_Model_AreKnownByAnIconAndParametersByADescription(string infra)
    {
        var builder = await BuilderAsync(infra);
        // Beside them Aspire adds a resource for each project that rebuilds it, and shows none.
        var shown = builder.Resources.Where(r => r is ProjectResource or ContainerResource || (infra == "local" && Servers.Contains(r.Name))).ToList();
        Assert.Equal(Services.Length + Servers.Length + 1, shown.Count);
        Assert.All(shown, resource => Assert.Single(resource.Annotations.OfType<ResourceIconAnnotation>()));
        Assert.All(builder.Resources.OfType<ParameterResource>(), parameter => Assert.False(string.IsNullOrWhiteSpace(parameter.Description), parameter.Name));
    }

    [Fact]
    public async Task Secrets_Model_AreParametersThatSaySo()
    {
        var builder = await BuilderAsync("local");
        var parameters = builder.Resources.OfType<ParameterResource>().ToDictionary(p => p.Name);
        Assert.All(["secret", "api-key-secret", "admin-password", "server-password"], (Action<string>)(name =>
        {
            Assert.True(parameters[name].Secret);
            Assert.False(string.IsNullOrWhiteSpace(parameters[name].Description));
        }));
    }

    private static async Task<ProjectResource> ProjectAsync(string name) => (await BuilderAsync("local")).Resources.OfType<ProjectResource>().Single(r => r.Name == name);

    private static Task<IDistributedApplicationTestingBuilder> BuilderAsync(string infra) => AppModel.CreateAsync("/nowhere", [$"Infra={infra}", .. Services.Select(name => $"Replicas:{name}=2")]);
}
