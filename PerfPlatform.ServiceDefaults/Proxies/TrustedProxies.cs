using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Whose word is taken for where a visitor comes from: <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> of the proxies in the setting, and of nobody else.</summary>
internal static class TrustedProxies
{
    /// <summary>The setting's name.</summary>
    public const string Setting = "PERFPLATFORM_TRUSTED_PROXIES";

    /// <summary>What the middleware needs to know; null where no proxy is trusted.</summary>
    /// <exception cref="InvalidOperationException">The setting cannot be read.</exception>
    public static ForwardedHeadersOptions? From(IConfiguration configuration)
    {
        var parts = (configuration[Setting] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return null;
        // However many of them stand in a row.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var part in parts)
        {
            if (IPAddress.TryParse(part, out var address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(part, out var network)) options.KnownIPNetworks.Add(network);
            else throw new InvalidOperationException($"{Setting} holds '{part}': write addresses (10.0.0.7, fd00::7) and networks (10.0.0.0/8) with commas between them.");
        }

        return options;
    }
}
