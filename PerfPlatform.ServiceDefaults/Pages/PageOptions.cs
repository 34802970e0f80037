using Microsoft.AspNetCore.Http;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Set by a module that has pages.</summary>
public sealed class PageOptions
{
    /// <summary>The page that says in words why there is no other; none: everybody gets problem details.</summary>
    public PathString Problem { get; set; }
}
