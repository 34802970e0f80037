using Microsoft.AspNetCore.Components;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Components.Panels;

/// <summary>A part of a page that asks again every few seconds, and says so in words when it gets no answer.</summary>
public abstract class PollingPanel : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private Task _polling = Task.CompletedTask;

    /// <summary>What the last question met, or null.</summary>
    protected string? Error { get; private set; }

    /// <summary>When the last answer came; what the panel shows is of that time. Null before the first.</summary>
    protected DateTimeOffset? Answered { get; private set; }

    /// <summary>Whether there was an answer.</summary>
    protected bool Loaded => Answered is not null;

    /// <summary>How often to ask.</summary>
    protected abstract TimeSpan Interval { get; }

    [Inject] private TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>The current time.</summary>
    protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Asks, and keeps the answer in fields.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => RefreshAsync(_ended.Token);

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        // Not while the page is rendered on the server for the first time: that one answer is enough there.
        if (firstRender) _polling = PollAsync(_ended.Token);
    }

    /// <summary>Asks now.</summary>
    protected async Task RefreshAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The first answer of the page does not wait for a service that is slow: the browser asks again at once.
        var interactive = RendererInfo.IsInteractive;
        limit.CancelAfter(interactive ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(400));
        try
        {
            await LoadAsync(limit.Token);
            (Answered, Error) = (Now, null);
        }
        catch (QueryException e)
        {
            Error = e.Message;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            // The service's own log has the cause; the next round tries again.
            Error = interactive ? "No answer now; trying again." : null;
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _polling;
        _ended.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await InvokeAsync(async () =>
                {
                    await RefreshAsync(cancellationToken);
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }
}
