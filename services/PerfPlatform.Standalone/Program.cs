using PerfPlatform.Alerting;
using PerfPlatform.Analysis;
using PerfPlatform.Ingestion;
using PerfPlatform.Reports;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Standalone;
using PerfPlatform.Standalone.Agent;
using PerfPlatform.Standalone.Backups;
using PerfPlatform.Standalone.Hosting;
using PerfPlatform.Standalone.Servers;
using PerfPlatform.Web;

using var stop = new StopSignal();
try
{
    if (BackupVerb.IsOne(args))
        return await BackupCommand.RunAsync(args, stop.Token);
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var settings = StandaloneSettings.From(builder.Configuration);
    builder.AddListeners(settings);
    using var installation = await Installation.OpenAsync(settings, stop.Token);
    await using var servers = await EmbeddedServers.StartAsync(builder.Configuration, installation.Folder, stop.Token);
    builder.AddInstallation(installation, servers);
    builder.AddServiceDefaults();
    builder.AddAnalysis();
    builder.AddIngestion();
    builder.AddAlerting();
    builder.AddReports();
    builder.AddWeb();
    builder.AddMessaging(
        AnalysisModule.AddAnalysisConsumers,
        IngestionModule.AddIngestionConsumers,
        AlertingModule.AddAlertingConsumers,
        ReportsModule.AddReportsConsumers,
        WebModule.AddWebConsumers);
    builder.AddAgent(settings);
    builder.AddWelcome();

    await using var app = builder.Build();
    app.UseIntakePorts(settings);
    app.UseServiceDefaults();
    app.MapDefaultEndpoints();
    app.MapAnalysis();
    app.MapIngestion();
    app.MapAlerting();
    app.MapReports();
    app.MapWeb();
    await app.RunAsync(stop.Token);
    // Without a signal it ended because something in it failed, which the log tells.
    return stop.Token.IsCancellationRequested ? 0 : 1;
}
catch (StartupException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
{
    return 0;
}
