using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWeb();
builder.AddMessaging(WebModule.AddWebConsumers);
var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapWeb();
app.Run();
