using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

/// <summary>The caller's time, over here.</summary>
public sealed class RequestDeadlineTests
{
    // So that a test of work that does not end fails, and does not hang.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Work_TheCallersTimeIsOver_Ends()
    {
        using var caller = new CancellationTokenSource();
        var context = Context("1500", caller.Token);
        var work = RequestDeadline.InvokeAsync(context, _clock, c => Task.Delay(Long, c.RequestAborted));
        _clock.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.False(work.IsCompleted);
        Assert.Equal(1, context.Features.Get<RequestDeadline>()!.Left.TotalMilliseconds);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => work);
        // Who tells the caller so must be able to.
        Assert.Equal(caller.Token, context.RequestAborted);
    }

    [Fact]
    public async Task Work_TheCallerIsGone_EndsAsEver()
    {
        using var caller = new CancellationTokenSource();
        var work = RequestDeadline.InvokeAsync(Context("1500", caller.Token), _clock, c => Task.Delay(Long, c.RequestAborted));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public async Task Work_NoTimeGiven_IsLeftAlone(string? header)
    {
        using var caller = new CancellationTokenSource();
        var context = Context(header, caller.Token);
        await RequestDeadline.InvokeAsync(context, _clock, c =>
        {
            Assert.Equal(caller.Token, c.RequestAborted);
            return Task.CompletedTask;
        });
        Assert.Null(context.Features.Get<RequestDeadline>());
    }

    private static DefaultHttpContext Context(string? header, CancellationToken aborted)
    {
        var context = new DefaultHttpContext { RequestAborted = aborted };
        if (header is not null) context.Request.Headers[RequestDeadline.Header] = header;
        return context;
    }
}
