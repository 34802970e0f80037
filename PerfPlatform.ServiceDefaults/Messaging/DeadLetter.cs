using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace PerfPlatform.ServiceDefaults;

/// <summary>A message that could not be handled: where it was, and why it is not there any more.</summary>
/// <param name="Id">Names it in addresses.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Reason">Why it could not be handled, in a line.</param>
/// <param name="FailedAt">When.</param>
/// <param name="Failures">How often by now; more than once where it was sent again.</param>
/// <param name="MessageType">What it is, as far as that can be told without reading it; else its content type.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Partition">Of samples: their partition, where the message can be read so far.</param>
/// <param name="Batches">Of samples: how many batches it holds, where the message can be read so far.</param>
public sealed record DeadLetter(string Id, string Queue, string Reason, DateTimeOffset FailedAt, int Failures, string MessageType, int Bytes, int? Partition, int? Batches)
{
    internal const int LongestReason = 300;

    private const string IdHeader = "perfplatform-dead-letter-id";
    private const string QueueHeader = "perfplatform-dead-letter-queue";
    private const string ReasonHeader = "perfplatform-dead-letter-reason";
    private const string TimeHeader = "perfplatform-dead-letter-time";
    private const string FailuresHeader = "perfplatform-dead-letter-failures";

    // Counted by the broker, for each queue anew.
    private const string DeliveriesHeader = "x-delivery-count";

    /// <summary>The properties under which a message is put aside: its own, and what this record tells.</summary>
    internal static BasicProperties Mark(IReadOnlyBasicProperties message, string queue, string reason, DateTimeOffset now)
    {
        var (marked, headers) = Copy(message);
        headers[IdHeader] = Guid.NewGuid().ToString("N");
        headers[QueueHeader] = queue;
        headers[ReasonHeader] = FirstLine(reason);
        headers[TimeHeader] = now.ToString("O", CultureInfo.InvariantCulture);
        headers[FailuresHeader] = Failed(headers) + 1;
        return marked;
    }

    /// <summary>The properties under which it is sent again: its own, and how often it failed.</summary>
    public static BasicProperties Unmark(IReadOnlyBasicProperties letter)
    {
        var (unmarked, headers) = Copy(letter);
        foreach (var header in (string[])[IdHeader, QueueHeader, ReasonHeader, TimeHeader]) headers.Remove(header);
        return unmarked;
    }

    /// <summary>Reads one. What somebody else put into the queue has an empty <see cref="Queue"/>, and an id by what it holds.</summary>
    public static DeadLetter Read(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var samples = properties.ContentType == SampleMessageSerializer.MediaType;
        var (partition, batches) = samples ? SampleMessageCodec.Describe(body) : (null, null);
        return new DeadLetter(
            Text(headers, IdHeader) ?? Convert.ToHexStringLower(XxHash128.Hash(body)),
            Text(headers, QueueHeader) ?? "",
            Text(headers, ReasonHeader) ?? "It was not put here by PerfPlatform.",
            DateTimeOffset.TryParse(Text(headers, TimeHeader), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : DateTimeOffset.UnixEpoch,
            Failed(headers),
            samples ? nameof(Contracts.Messages.SamplesIngested) : TypeOf(body) ?? properties.ContentType ?? "unknown",
            body.Length,
            partition,
            batches);
    }

    private static (BasicProperties Properties, IDictionary<string, object?> Headers) Copy(IReadOnlyBasicProperties message)
    {
        var headers = message.Headers is null ? [] : new Dictionary<string, object?>(message.Headers);
        headers.Remove(DeliveriesHeader);
        var copy = new BasicProperties(message) { Headers = headers, Persistent = true };
        copy.ClearExpiration();
        return (copy, headers);
    }

    private static int Failed(IDictionary<string, object?> headers) => headers.TryGetValue(FailuresHeader, out var failures) && failures is int count and > 0 and < int.MaxValue ? count : 0;

    private static string? Text(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value) ? value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => null,
    } : null;

    // MassTransit's envelope names the type: urn:message:PerfPlatform.Contracts.Messages:ApiKeysChanged.
    private static string? TypeOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return JsonDocument.TryParseValue(ref reader, out var document) ? TypeOf(document) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? TypeOf(JsonDocument document)
    {
        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
                && types.GetArrayLength() > 0 && types[0].ValueKind == JsonValueKind.String ? types[0].GetString()!.Split(':')[^1] : null;
        }
    }

    private static string FirstLine(string text)
    {
        var line = text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;
        return line.Length > LongestReason ? line[..LongestReason] + "…" : line;
    }
}
