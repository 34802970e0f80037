using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Requests about what only the leader keeps in memory, handed to it by the replica that they came to. A request is handed on once.</summary>
public static class LeaderForwarding
{
    private const string Mark = "X-PerfPlatform-Forwarded";
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>The endpoint, or every endpoint of the group, is answered by the leader.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="schema">Whose: the key of an <see cref="ILeadership"/>. A process can have several.</param>
    public static TBuilder OnLeader<TBuilder>(this TBuilder builder, string schema) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AnsweredByLeader(schema));

    internal static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AnsweredByLeader>() is not { } mark || context.Request.Headers.ContainsKey(Mark)) return next(context);
        var leadership = context.RequestServices.GetKeyedService<ILeadership>(mark.Schema);
        return leadership is null || leadership.IsLeader || leadership.LeaderAddress.Length == 0 ? next(context) : ForwardAsync(context, leadership.LeaderAddress);
    }

    private static async Task ForwardAsync(HttpContext context, string address)
    {
        var (forwarder, client) = (context.RequestServices.GetRequiredService<IHttpForwarder>(), context.RequestServices.GetRequiredService<LeaderClient>());
        var token = context.RequestServices.GetRequiredService<ServiceTokens>().Issue(context.User);
        var error = await forwarder.SendAsync(context, address, client.Invoker, Config, (_, request) =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Add(Mark, "1");
            return ValueTask.CompletedTask;
        });
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        await Problems.Unavailable(context, "The replica that keeps this does not answer; another one takes over. Ask again in some seconds.", TimeSpan.FromSeconds(2)).ExecuteAsync(context);
    }

    private sealed record AnsweredByLeader(string Schema);
}
