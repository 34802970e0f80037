using PerfPlatform.Reports;
using PerfPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddReports();
builder.AddMessaging(ReportsModule.AddReportsConsumers);
var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapReports();
app.Run();
