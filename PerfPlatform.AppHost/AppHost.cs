using PerfPlatform.AppHost;
using PerfPlatform.Contracts;
using Projects;

var builder = DistributedApplication.CreateBuilder(args);
if (builder.ExecutionContext.IsPublishMode) builder.AddDockerComposeEnvironment("compose");

// 44 letters and digits are base64 of 33 bytes: the installation's secret, and the secret part of the first key.
var secret = builder.AddParameter("secret", new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true, persist: true);
var keySecret = builder.AddParameter("api-key-secret", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);
var adminPassword = builder.AddParameter("admin-password", new GenerateParameterDefault { MinLength = 20, Special = false }, secret: true, persist: true);
var apiKey = ReferenceExpression.Create($"pp_apphost_{keySecret}");
var servers = builder.AddServers();

var ingestion = builder.AddService<PerfPlatform_Ingestion>(ResourceNames.Ingestion, secret)
    .Using(servers.Redis, servers.RabbitMq);
var analysis = builder.AddService<PerfPlatform_Analysis>(ResourceNames.Analysis, secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReference(ingestion);
var alerting = builder.AddService<PerfPlatform_Alerting>(ResourceNames.Alerting, secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReference(analysis);
var reports = builder.AddService<PerfPlatform_Reports>(ResourceNames.Reports, secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReference(analysis)
    .WithReference(alerting);
var web = builder.AddService<PerfPlatform_Web>(ResourceNames.Web, secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReference(ingestion)
    .WithReference(analysis)
    .WithReference(alerting)
    .WithReference(reports)
    .WithEnvironment("PERFPLATFORM_ADMIN_PASSWORD", adminPassword)
    .WithEnvironment("PERFPLATFORM_API_KEY", apiKey)
    .WithExternalHttpEndpoints();

// Analysis watches the other services' health; an address is no wait.
foreach (var (name, service) in new[] { (ResourceNames.Alerting, alerting), (ResourceNames.Reports, reports), (ResourceNames.Web, web) })
{
    analysis.WithEnvironment($"services__{name}__http__0", service.GetEndpoint("http"));
}

builder.AddProject<PerfPlatform_Agent>(ResourceNames.Agent)
    .WithEnvironment("PERFPLATFORM_ENDPOINT", web.GetEndpoint("http"))
    .WithEnvironment("PERFPLATFORM_API_KEY", apiKey)
    .WaitFor(web);

builder.Build().Run();
