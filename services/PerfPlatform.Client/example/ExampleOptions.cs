using System.Globalization;

namespace PerfPlatform.Client.Example;

/// <summary>The command line of the example.</summary>
internal sealed record ExampleOptions(Uri Endpoint, string? Key, Uri? Rules, TimeSpan? Duration, double Rate)
{
    public const string Usage = """
        document-processor: simulates an application that reads documents in, recognises their text and indexes them.

          --endpoint <address>   OTLP/HTTP intake; default http://localhost:4318
          --key <key>            key with the scope ingest; read and write with --rules
          --rules <address>      REST address, as http://localhost:5080: thresholds become alert rules
          --duration <seconds>   how long; default until Ctrl-C
          --rate <number>        documents that arrive in a second, 0.1 to 1000; default 4
        """;

    /// <exception cref="ArgumentException">An option cannot be used; the message names it.</exception>
    public static ExampleOptions Parse(string[] args)
    {
        var options = new ExampleOptions(new Uri("http://localhost:4318"), Environment.GetEnvironmentVariable("PERFPLATFORM_API_KEY"), null, null, 4);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value; --help lists the options.");
            options = args[i] switch
            {
                "--endpoint" => options with { Endpoint = Address(args[i], value) },
                "--key" => options with { Key = value },
                "--rules" => options with { Rules = Address(args[i], value) },
                "--duration" => options with { Duration = TimeSpan.FromSeconds(Number(args[i], value, 1, 86400)) },
                "--rate" => options with { Rate = Number(args[i], value, 0.1, 1000) },
                _ => throw new ArgumentException($"'{args[i]}' is not an option; --help lists them."),
            };
        }

        return options;
    }

    private static Uri Address(string option, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address!
            : throw new ArgumentException($"{option}: '{value}' is not an address as http://localhost:4318.");

    private static double Number(string option, string value, double least, double most) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{option}: '{value}' is not a number from {least} to {most}.");
}
