using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Database;

/// <summary>Answers 503 with Retry-After while the database is away.</summary>
public sealed class DatabaseTroubleFilter : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (DatabaseTrouble.Is(e))
        {
            return Problems.Unavailable(context.HttpContext, "The database does not answer now: try again.", TimeSpan.FromSeconds(2));
        }
    }
}
