namespace PerfPlatform.ServiceDefaults;

/// <summary>An address of a service, and whether it answered when it was last asked. One that did not is set aside, and now and then one caller finds out whether it is back.</summary>
/// <param name="uri">Scheme, host, port, and what paths begin with.</param>
/// <param name="name">What the host is called where the address is one of several of a name; else null.</param>
internal sealed class ServiceAddress(Uri uri, string? name)
{
    // A timestamp; 0 while it answers.
    private long _asideUntil;

    public Uri Uri => uri;

    public string? Name => name;

    public bool IsAside => Interlocked.Read(ref _asideUntil) != 0;

    /// <summary>Whether it may be asked before others: it answers, or this caller is the one to find out.</summary>
    public bool TryLead(long now, long pause)
    {
        var until = Interlocked.Read(ref _asideUntil);
        return until == 0 || (now >= until && Interlocked.CompareExchange(ref _asideUntil, now + pause, until) == until);
    }

    /// <summary>It did not answer. True where it did before.</summary>
    public bool SetAside(long until) => Interlocked.Exchange(ref _asideUntil, until) == 0;

    /// <summary>It answered. True where it did not before.</summary>
    public bool SetBack() => IsAside && Interlocked.Exchange(ref _asideUntil, 0) != 0;

    /// <summary>Where a request to the service goes at this address.</summary>
    public Uri Of(Uri request) =>
        new UriBuilder(request) { Scheme = uri.Scheme, Host = uri.Host, Port = uri.Port, Path = uri.AbsolutePath.TrimEnd('/') + request.AbsolutePath }.Uri;
}
