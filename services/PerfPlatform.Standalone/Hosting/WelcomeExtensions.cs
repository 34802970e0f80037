using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Standalone.Hosting;

/// <summary>Registers the console's greeting.</summary>
internal static class WelcomeExtensions
{
    public static void AddWelcome(this WebApplicationBuilder builder) => builder.Services.AddBackground<Welcome>();
}
