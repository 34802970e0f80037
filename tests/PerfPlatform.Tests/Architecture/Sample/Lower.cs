using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Tests.Architecture.Sample.Upper;

// What the reader of the floors is tried with: small types of a lower room, and roofs that stand in its folder.
namespace PerfPlatform.Tests.Architecture.Sample.Lower;

internal class LowerType
{
    public static int Number() => 1;
}

internal sealed class LowerException : Exception;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class LowerAttribute : Attribute;

internal static class RoofModule
{
    public static object Compose() => new UsesField();
}

internal static class RoofExtensions
{
    public static IServiceCollection AddUpper(this IServiceCollection services) => services.AddSingleton<UsesField>();
}
