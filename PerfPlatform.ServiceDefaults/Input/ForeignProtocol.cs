namespace PerfPlatform.ServiceDefaults;

/// <summary>Of an endpoint that speaks another product's protocol: its clients send parameters and fields that are not ours to refuse.</summary>
public sealed class ForeignProtocol
{
    /// <summary>The metadata.</summary>
    public static ForeignProtocol Instance { get; } = new();

    private ForeignProtocol()
    {
    }
}
