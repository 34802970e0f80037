using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web;
using PerfPlatform.Web.Proxy;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWeb();
builder.AddProxy();
builder.AddLiveSampleFeed("web");
builder.AddMessaging(WebModule.AddWebConsumers);
var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapWeb();
app.MapProxy();
app.Run();
