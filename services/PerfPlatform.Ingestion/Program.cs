using PerfPlatform.Ingestion;
using PerfPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddIngestion();
builder.AddMessaging(IngestionModule.AddIngestionConsumers);
var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapIngestion();
app.Run();
