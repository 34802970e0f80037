using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Scrape.Exposition;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>A page as it came, decompressed. Its bytes are valid until it is disposed.</summary>
internal sealed record ScrapePage(IntakeBody Body, ExpositionFormat Format, string? MediaType) : IDisposable
{
    /// <summary>What came instead of metrics, as far as it can be told; null where nothing is known. For a page that cannot be read: exporters that call their text HTML do exist.</summary>
    public string? Mistake => Guess(Body.Span, MediaType);

    internal static string? Guess(ReadOnlySpan<byte> body, string? mediaType)
    {
        if (body is [0xEF, 0xBB, 0xBF, ..]) return "the page begins with a byte order mark (BOM), which must not be there";
        if (body is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return "the page is UTF-16, and must be UTF-8";
        return body.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] || mediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true
            ? "the page is HTML, not metrics: look whether path, port and credentials are right"
            : null;
    }

    public void Dispose() => Body.Dispose();
}
