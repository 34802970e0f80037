using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// How long the caller of a request still waits, in milliseconds and not as a time of day, so that clocks need not agree. It goes on from service to service
/// and ends the work with the waiting.
/// </summary>
internal sealed class RequestDeadline(TimeProvider clock, TimeSpan time)
{
    /// <summary>The header.</summary>
    public const string Header = "X-PerfPlatform-Timeout";

    private readonly long _start = clock.GetTimestamp();

    /// <summary>What is left, never below zero.</summary>
    public TimeSpan Left => time - clock.GetElapsedTime(_start) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>The middleware.</summary>
    public static async Task InvokeAsync(HttpContext context, TimeProvider clock, RequestDelegate next)
    {
        if (!int.TryParse(context.Request.Headers[Header], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            await next(context);
            return;
        }

        var caller = context.RequestAborted;
        var deadline = new RequestDeadline(clock, TimeSpan.FromMilliseconds(milliseconds));
        using var time = new CancellationTokenSource(deadline.Left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, caller);
        context.Features.Set(deadline);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException e) when (time.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw new TimeoutException("The caller waits no longer.", e);
        }
        finally
        {
            context.RequestAborted = caller;
        }
    }
}
