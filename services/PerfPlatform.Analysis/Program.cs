using PerfPlatform.Analysis;
using PerfPlatform.Analysis.Bus;
using PerfPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPartitionConsumers();
builder.AddAnalysis();
builder.AddMessaging(AnalysisModule.AddAnalysisConsumers);
var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapAnalysis();
app.Run();
