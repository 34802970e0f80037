using Microsoft.AspNetCore.Http;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.ServiceDefaults;

/// <summary>A request that was let in and has not ended.</summary>
internal sealed class BegunRequest(HttpContext context)
{
    private readonly Lock _gate = new();
    private HttpContext? _context = context;
    private bool _lost;

    /// <summary>The key that it came with.</summary>
    public ApiKeyRecord? Key { get; } = context.Features.Get<ApiKeyRecord>();

    /// <summary>The session that it came with.</summary>
    public string? Session { get; } = context.User.FindFirst(ISessions.Claim)?.Value;

    /// <summary>It has ended: its context may be another request's from now on.</summary>
    public void End()
    {
        lock (_gate) _context = null;
    }

    /// <summary>Its rights are gone. Broken off when that is said for the second time: the request that took them away has answered by then.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            if (_lost) _context?.Abort();
            _lost = true;
        }
    }
}
