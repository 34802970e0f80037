using Microsoft.AspNetCore.SignalR;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Live;

/// <summary><c>/hub/live</c>: a browser says which series it shows and gets their points as they come.</summary>
internal sealed class LiveHub(LiveRouter router, LiveFeed feed) : Hub<ILiveClient>
{
    /// <summary>Watches the series that are selected, under the browser's own ids; answered when their samples from now on arrive.</summary>
    public async Task Subscribe(IReadOnlyList<LiveSubscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            if (string.IsNullOrEmpty(subscription.Metric)) throw new HubException("A subscription needs the metric's name.");
            SeriesSelector selector;
            try
            {
                selector = SeriesSelector.Of(subscription.Metric, subscription.Match);
            }
            catch (FormatException e)
            {
                throw new HubException(e.Message);
            }

            if (!router.Subscribe(Context.ConnectionId, subscription.Id, selector)) throw new HubException($"A connection has at most {LiveOutbox.MaxSubscriptions} subscriptions.");
        }

        await feed.ReadyAsync(Context.ConnectionAborted);
    }

    /// <summary>Ends subscriptions.</summary>
    public void Unsubscribe(IReadOnlyList<string> ids)
    {
        foreach (var id in ids) router.Unsubscribe(Context.ConnectionId, id);
    }

    /// <inheritdoc />
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        router.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
