using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Components.Api;

/// <summary>A list of the API that a page shows part by part; what was shown stays when there is no answer.</summary>
public sealed class Listing<T>(ApiClient api, string path)
{
    /// <summary>How many come at a time.</summary>
    public const int Part = 200;

    /// <summary>What is shown; null before the first answer.</summary>
    public IReadOnlyList<T>? Items { get; private set; }

    /// <summary>Whether there are more.</summary>
    public bool HasMore { get; private set; }

    /// <summary>What the last question met, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Asks anew for as many as are shown.</summary>
    public Task LoadAsync(CancellationToken cancellationToken = default) => LoadAsync(Items?.Count ?? 0, cancellationToken);

    /// <summary>Asks for one part more.</summary>
    public Task MoreAsync() => LoadAsync((Items?.Count ?? 0) + 1, CancellationToken.None);

    private async Task LoadAsync(int wanted, CancellationToken cancellationToken)
    {
        List<T> items = [];
        string? cursor = null;
        do
        {
            var from = cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor);
            var answer = await api.GetAsync<Page<T>>($"{path}{(path.Contains('?') ? '&' : '?')}limit={Part}{from}", cancellationToken);
            Error = answer.Error;
            if (answer.Value is not { } page) return;
            items.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && items.Count < wanted);
        (Items, HasMore) = (items, cursor is not null);
    }
}
