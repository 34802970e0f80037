using System.Buffers;
using System.Globalization;
using System.Text;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Says what cannot be scraped, and makes a target of what can.</summary>
internal static class ScrapeTargetRules
{
    private static readonly SearchValues<char> NotInAddress = SearchValues.Create("/?#@\\ \t\r\n");
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100), MostInterval = TimeSpan.FromHours(24);

    /// <summary>What is wrong with a definition, or null.</summary>
    public static string? Check(ScrapeTargetDefinition definition, IngestionOptions limits)
    {
        if (string.IsNullOrWhiteSpace(definition.Job)) return "'job' is missing: name what kind of target it is, for example node.";
        if (definition.Scheme is not ("http" or "https")) return "'scheme' must be http or https.";
        if (definition.Path?.StartsWith('/') != true) return "'path' must begin with /.";
        if (definition.Target is null || !TryUrl(definition, out _)) return "'target' must be a host and a port, for example web-1:9100.";
        if (definition.Interval < LeastInterval || definition.Interval > MostInterval) return "'interval' must be 100ms to 24h.";
        if (definition.Timeout < LeastInterval || definition.Timeout > definition.Interval) return $"'timeout' must be 100ms to the interval, {DurationText.Format(definition.Interval)}.";
        if (definition.MaxSamples < 1 || definition.MaxSamples > limits.MaxSamplesPerRequest) return $"'maxSamples' must be 1 to {limits.MaxSamplesPerRequest}.";
        if (definition.MaxBodyBytes < 1024 || definition.MaxBodyBytes > limits.MaxDecompressedBytes) return $"'maxBodyBytes' must be 1024 to {limits.MaxDecompressedBytes}.";
        return CheckLabels(definition, limits) ?? CheckCredentials(definition);
    }

    /// <summary>The target of a definition without mistakes.</summary>
    public static ScrapeTarget Target(string id, ScrapeSource source, ScrapeTargetDefinition definition)
    {
        if (!TryUrl(definition, out var url)) throw new ArgumentException($"{definition} was not checked.", nameof(definition));
        var labels = new Dictionary<string, string> { ["job"] = definition.Job, ["instance"] = definition.Target };
        foreach (var (name, value) in definition.Labels) labels[name] = value;
        return new ScrapeTarget
        {
            Id = id,
            Source = source,
            Job = definition.Job,
            Address = definition.Target,
            Url = url,
            Interval = definition.Interval,
            Timeout = definition.Timeout,
            HonorLabels = definition.HonorLabels,
            Labels = LabelSet.From(labels.Where(l => l.Value.Length > 0).Select(l => new Label(l.Key, l.Value))),
            Authorization = Authorization(definition),
            MaxSamples = definition.MaxSamples,
            MaxBodyBytes = definition.MaxBodyBytes,
        };
    }

    private static string? Authorization(ScrapeTargetDefinition definition)
    {
        if (!string.IsNullOrEmpty(definition.BearerToken)) return "Bearer " + definition.BearerToken;
        return string.IsNullOrEmpty(definition.Username)
            ? null
            : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{definition.Username}:{definition.Password}"));
    }

    private static string? CheckLabels(ScrapeTargetDefinition definition, IngestionOptions limits)
    {
        if (definition.Labels is null) return "'labels' must be an object, or left out.";
        if (definition.Labels.Count > limits.MaxLabels - 2) return $"There are more than {limits.MaxLabels - 2} labels.";
        foreach (var (name, value) in definition.Labels.Append(new("job", definition.Job)).Append(new("instance", definition.Target)))
        {
            if (name.Length == 0 || name == Fingerprint.NameLabel) return $"A label cannot be named '{name}'.";
            if (Encoding.UTF8.GetByteCount(name) > limits.MaxLabelNameBytes) return $"The label name '{name}' is longer than {limits.MaxLabelNameBytes} bytes.";
            if (value is null || Encoding.UTF8.GetByteCount(value) > limits.MaxLabelValueBytes) return $"The value of the label '{name}' is missing or longer than {limits.MaxLabelValueBytes} bytes.";
            if (name.Contains('\0') || value.Contains('\0')) return $"The label '{name}' contains a NUL character.";
        }

        return null;
    }

    private static string? CheckCredentials(ScrapeTargetDefinition definition)
    {
        if (!string.IsNullOrEmpty(definition.BearerToken) && !string.IsNullOrEmpty(definition.Username)) return "Give 'bearerToken' or 'username' and 'password', not both.";
        if (!string.IsNullOrEmpty(definition.Password) && string.IsNullOrEmpty(definition.Username)) return "'password' needs a 'username'.";
        if (definition.Username?.Contains(':') == true) return "'username' must not have a colon.";
        return definition.BearerToken?.Any(c => c is <= ' ' or > '~') == true ? "'bearerToken' must be printable ASCII without blanks." : null;
    }

    // Host and port only: what else an address can hold would be shown to everyone who reads the label.
    private static bool TryUrl(ScrapeTargetDefinition definition, out Uri url)
    {
        url = null!;
        if (definition.Target.AsSpan().ContainsAny(NotInAddress)) return false;
        if (!Uri.TryCreate($"{definition.Scheme}://{definition.Target}", UriKind.Absolute, out var authority) || authority.Host.Length == 0) return false;
        // A port that is the scheme's own is not in Authority, so it is looked for in the text.
        var explicitPort = definition.Target.EndsWith(":" + authority.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return (explicitPort || authority.IsDefaultPort) && Uri.TryCreate(authority, definition.Path, out url!) && url.Authority == authority.Authority;
    }
}
