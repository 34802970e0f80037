using PerfPlatform.AppHost;
using PerfPlatform.AppHost.Commands;
using PerfPlatform.AppHost.Servers;
using PerfPlatform.Contracts;
using Projects;

var builder = DistributedApplication.CreateBuilder(args);

// 44 letters and digits are base64 of 33 bytes: the installation's secret, and the secret part of the first key.
var secret = builder.AddParameter("secret", new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true, persist: true)
    .WithDescription("What the services sign their calls to each other with: base64 of at least 32 bytes.");
var keySecret = builder.AddParameter("api-key-secret", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true)
    .WithDescription("The secret part of the first API key, `pp_apphost_<secret>`: it may do everything.", enableMarkdown: true);
var adminPassword = builder.AddParameter("admin-password", new GenerateParameterDefault { MinLength = 20, Special = false }, secret: true, persist: true)
    .WithDescription("Password of the user `admin` at the first start.", enableMarkdown: true);
var apiKey = ReferenceExpression.Create($"pp_apphost_{keySecret}");
var servers = builder.AddServers();

var ingestion = builder.AddService<PerfPlatform_Ingestion>(ResourceNames.Ingestion, "ArrowDownload", secret)
    .WithOtlp(httpPort: 4318, grpcPort: 4317)
    .Using(servers.Redis, servers.RabbitMq)
    .WithReplicasBySetting();
var analysis = builder.AddService<PerfPlatform_Analysis>(ResourceNames.Analysis, "DataTrending", secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReplicasBySetting();
var alerting = builder.AddService<PerfPlatform_Alerting>(ResourceNames.Alerting, "Alert", secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReplicasBySetting();
var reports = builder.AddService<PerfPlatform_Reports>(ResourceNames.Reports, "DocumentText", secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReplicasBySetting();
var web = builder.AddService<PerfPlatform_Web>(ResourceNames.Web, "Globe", secret)
    .Using(servers.Metrics, servers.Redis, servers.RabbitMq)
    .WithReplicasBySetting()
    .WithEndpoint("http", endpoint => endpoint.Port = 5080)
    .WithEnvironment("PERFPLATFORM_ADMIN_PASSWORD", adminPassword)
    .WithEnvironment("PERFPLATFORM_API_KEY", apiKey)
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "PerfPlatform")
    .WithUrlForEndpoint("http", endpoint => new ResourceUrlAnnotation { Url = "/docs", DisplayText = "API", Endpoint = endpoint })
    .WithUrlForEndpoint("http", endpoint => new ResourceUrlAnnotation { Url = "/hangfire", DisplayText = "Hangfire", Endpoint = endpoint });

// Every service asks others and watches their health; a reference is an address and no wait.
var services = new[] { ingestion, analysis, alerting, reports, web };
foreach (var service in services)
{
    foreach (var other in services.Where(other => other != service)) service.WithReference(other);
}

if (builder.ExecutionContext.IsRunMode)
{
    var product = new ProductApi(web.GetEndpoint("http"), apiKey);
    ingestion.WithExampleLoadCommand(product);
    alerting.WithTestAlertCommand(product);
    reports.WithReportCommand(product);
    servers.Metrics.WithBackupCommand(servers.Redis, secret);

    var agent = builder.AddProject<PerfPlatform_Agent>(ResourceNames.Agent, options => options.ExcludeLaunchProfile = true)
        .WithEnvironment("PERFPLATFORM_ENDPOINT", web.GetEndpoint("http"))
        .WithEnvironment("PERFPLATFORM_API_KEY", apiKey)
        .WithoutHttpsCertificate()
        .WithIconName("Pulse")
        .WaitFor(web);
    // What waits for this server is kept with its data: in the user's own folder another agent's would be sent here.
    if (DataFolder.Of(builder) is { } data) agent.WithEnvironment("PERFPLATFORM_AGENT_BUFFER_DIR", Path.Combine(data, "agent"));
}

builder.Build().Run();
