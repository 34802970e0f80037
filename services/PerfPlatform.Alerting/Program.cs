using PerfPlatform.Alerting;
using PerfPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDurableSampleFeed("alerting");
builder.AddAlerting();
builder.AddMessaging(AlertingModule.AddAlertingConsumers);
var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapAlerting();
app.Run();
