using System.Text;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

/// <summary>A path and its query string, parameter by parameter; parameters without a value are left out.</summary>
internal sealed class RequestAddress(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _any;

    public RequestAddress With(string name, string? value)
    {
        if (value is null) return this;
        _text.Append(_any ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _any = true;
        return this;
    }

    public RequestAddress With(string name, int? value) => With(name, value?.ToString());

    public RequestAddress With(string name, DateTimeOffset? value) => With(name, value?.ToUnixTimeMilliseconds().ToString());

    public RequestAddress With(SeriesSelector selector) => With("metric", selector.Metric).With(selector.Match);

    public RequestAddress With(IEnumerable<LabelMatcher> match)
    {
        foreach (var matcher in match) With("match", matcher.ToString());
        return this;
    }

    public Uri ToUri() => new(_text.ToString(), UriKind.Relative);
}
