using Hangfire;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Gives each run of a job services of its own, of which one tells it which run it is.</summary>
internal sealed class JobScopes(IServiceScopeFactory scopes) : JobActivator
{
    public override JobActivatorScope BeginScope(JobActivatorContext context)
    {
        var scope = scopes.CreateScope();
        scope.ServiceProvider.GetRequiredService<JobRun>().Begin(context);
        return new Scope(scope);
    }

    private sealed class Scope(IServiceScope scope) : JobActivatorScope
    {
        public override object Resolve(Type type) => scope.ServiceProvider.GetRequiredService(type);

        public override void DisposeScope() => scope.Dispose();
    }
}
