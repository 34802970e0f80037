using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>The headers of remote write: what a body is, and what an answer to 2.0 says of it.</summary>
internal static class RemoteWriteContent
{
    private const string FirstMessage = "prometheus.WriteRequest", SecondMessage = "io.prometheus.write.v2.Request";

    /// <summary>The body of 1.0 is of 2.0.</summary>
    public const string IsSecond = $"The body is an {SecondMessage} (remote write 2.0), but its Content-Type says {FirstMessage} (1.0): send Content-Type: application/x-protobuf;proto={SecondMessage}.";

    /// <summary>The body of 2.0 is of 1.0.</summary>
    public const string IsFirst = $"The body is a {FirstMessage} (remote write 1.0), but its Content-Type says {SecondMessage} (2.0): send Content-Type: application/x-protobuf;proto={FirstMessage}.";

    /// <summary>What to change in the headers, or null; <paramref name="second"/> is true for a message of 2.0.</summary>
    public static string? Unsupported(HttpRequest request, out bool second)
    {
        second = false;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/x-protobuf", StringComparison.OrdinalIgnoreCase))
        {
            return $"Remote write is Content-Type: application/x-protobuf, for 2.0 application/x-protobuf;proto={SecondMessage}.";
        }

        foreach (var parameter in type.Parameters)
        {
            if (!parameter.Name.Equals("proto", StringComparison.OrdinalIgnoreCase)) continue;
            var message = HeaderUtilities.RemoveQuotes(parameter.Value);
            second = message.Equals(SecondMessage, StringComparison.Ordinal);
            if (!second && !message.Equals(FirstMessage, StringComparison.Ordinal)) return $"The message {message} is not known. Send {FirstMessage} or {SecondMessage}.";
        }

        return request.Headers.ContentEncoding.ToString().Equals("snappy", StringComparison.OrdinalIgnoreCase) ? null : "Remote write is Content-Encoding: snappy (the block format).";
    }

    /// <summary>Says how much was stored. Exemplars are not kept, and that is no mistake of the sender.</summary>
    public static void Tell(WrittenCounts written, IHeaderDictionary headers)
    {
        headers["X-Prometheus-Remote-Write-Samples-Written"] = written.Samples.ToString(CultureInfo.InvariantCulture);
        headers["X-Prometheus-Remote-Write-Histograms-Written"] = written.Histograms.ToString(CultureInfo.InvariantCulture);
        headers["X-Prometheus-Remote-Write-Exemplars-Written"] = "0";
    }
}
