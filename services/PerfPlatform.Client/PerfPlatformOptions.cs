using System.Globalization;

namespace PerfPlatform.Client;

/// <summary>Where metrics go, and who sends them.</summary>
public sealed class PerfPlatformOptions
{
    /// <summary>The shortest <see cref="Interval"/>: 0.1 s.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(0.1);

    /// <summary>The longest <see cref="Interval"/>: 60 s.</summary>
    public static readonly TimeSpan MostInterval = TimeSpan.FromSeconds(60);

    /// <summary>The OTLP/HTTP intake, http or https; <c>/v1/metrics</c> is added. Default <c>http://localhost:4318</c>.</summary>
    public Uri Endpoint { get; set; } = new("http://localhost:4318");

    /// <summary>A key with the scope <c>ingest</c>, and <c>read</c> and <c>write</c> where <see cref="RulesAddress"/> is given. Null sends none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The application's name, the label <c>service.name</c> of all its series. Required.</summary>
    public string ServiceName { get; set; } = "";

    /// <summary>Tells instances of one application apart, the label <c>service.instance.id</c>. Null for none: with one a restart must not change, or each start makes new series.</summary>
    public string? ServiceInstanceId { get; set; }

    /// <summary>How often is sent, 0.1 to 60 seconds. Default 1 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The platform's REST address, as <c>http://localhost:5080</c>: with it the thresholds of registered metrics become alert rules. Null: thresholds stay in the application.</summary>
    public Uri? RulesAddress { get; set; }

    /// <summary>
    /// Options from PERFPLATFORM_ENDPOINT, PERFPLATFORM_API_KEY, PERFPLATFORM_SERVICE_NAME (else OTEL_SERVICE_NAME), PERFPLATFORM_INTERVAL (seconds) and
    /// PERFPLATFORM_RULES_ADDRESS; what is not set keeps its default.
    /// </summary>
    /// <exception cref="ArgumentException">A variable cannot be used; the message names it.</exception>
    public static PerfPlatformOptions FromEnvironment()
    {
        static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        static Uri? Address(string name) => Read(name) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw new ArgumentException($"{name}: '{text}' is not an address as http://server:4318.");

        var options = new PerfPlatformOptions
        {
            ApiKey = Read("PERFPLATFORM_API_KEY"),
            ServiceName = Read("PERFPLATFORM_SERVICE_NAME") ?? Read("OTEL_SERVICE_NAME") ?? "",
            RulesAddress = Address("PERFPLATFORM_RULES_ADDRESS"),
        };
        options.Endpoint = Address("PERFPLATFORM_ENDPOINT") ?? options.Endpoint;
        if (Read("PERFPLATFORM_INTERVAL") is { } interval)
        {
            options.Interval = double.TryParse(interval, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 60
                ? TimeSpan.FromSeconds(seconds)
                : throw new ArgumentException($"PERFPLATFORM_INTERVAL: '{interval}' is not a number of seconds from 0.1 to 60.");
        }

        return options;
    }

    /// <summary>Throws when an option cannot be used.</summary>
    /// <exception cref="ArgumentException">The message names the option and what is allowed.</exception>
    public void Check()
    {
        if (string.IsNullOrWhiteSpace(ServiceName))
            throw new ArgumentException($"{nameof(ServiceName)} is empty: give the application's name.");
        CheckAddress(Endpoint, nameof(Endpoint));
        if (RulesAddress is { } rules)
            CheckAddress(rules, nameof(RulesAddress));
        if (Interval < LeastInterval || Interval > MostInterval)
            throw new ArgumentException($"{nameof(Interval)} is {Interval.TotalSeconds} s: it must be from 0.1 to 60 s.");
    }

    private static void CheckAddress(Uri? address, string name)
    {
        if (address is not { IsAbsoluteUri: true } || address.Scheme is not ("http" or "https"))
            throw new ArgumentException($"{name} '{address}' is not an http or https address.");
    }
}
