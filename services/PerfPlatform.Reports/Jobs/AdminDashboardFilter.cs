using Hangfire.Dashboard;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Lets only administrators see Hangfire's own pages.</summary>
public sealed class AdminDashboardFilter : IDashboardAuthorizationFilter
{
    /// <inheritdoc />
    public bool Authorize(DashboardContext context) => context.GetHttpContext().User.HasClaim(ScopePolicies.Claim, Scopes.Admin);
}
