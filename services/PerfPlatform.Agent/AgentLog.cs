using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PerfPlatform.Agent;

/// <summary>
/// The agent's log: lines on standard error, for whoever started it (Standalone, systemd, a container's runtime) to keep, and to OTLP where that is set up.
/// A logging framework for all of them would cost more memory than the rest of the agent.
/// </summary>
internal static class AgentLog
{
    /// <summary>Takes a line that is also to go elsewhere: its text with names in braces, and the values of the names in their order.</summary>
    public delegate void Listener(bool isWarning, string template, object[] values);

    /// <summary>Who else is told; nobody without OTLP.</summary>
    public static Listener? Told { get; set; }

    /// <summary>Whether lines are JSON, as the services write them with the same setting.</summary>
    public static bool IsJson { get; set; }

    public static void Information(string template, params object[] values) => Write(false, template, values);

    public static void Warning(string template, params object[] values) => Write(true, template, values);

    /// <summary>The text with the values in the places of the names.</summary>
    public static string Fill(string template, params ReadOnlySpan<object> values)
    {
        var text = new StringBuilder();
        var rest = template.AsSpan();
        foreach (var value in values)
        {
            var (open, close) = (rest.IndexOf('{'), rest.IndexOf('}'));
            text.Append(rest[..open]).Append(value);
            rest = rest[(close + 1)..];
        }

        return text.Append(rest).ToString();
    }

    /// <summary>One line for one entry, whatever its values say: <c>2026-11-26T14:44:35.120Z info: agent: stopped</c>, or JSON.</summary>
    public static string Line(DateTimeOffset time, bool isWarning, bool isJson, string template, params ReadOnlySpan<object> values)
    {
        var (at, text) = (time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), Fill(template, values));
        if (!isJson) return $"{at} {(isWarning ? "warn" : "info")}: agent: {text.ReplaceLineEndings(" ")}";
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("Timestamp", at);
            json.WriteString("LogLevel", isWarning ? "Warning" : "Information");
            json.WriteString("Category", "PerfPlatform.Agent");
            json.WriteString("Message", text);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }

    private static void Write(bool isWarning, string template, object[] values)
    {
        Console.Error.WriteLine(Line(TimeProvider.System.GetUtcNow(), isWarning, IsJson, template, values));
        Told?.Invoke(isWarning, template, values);
    }
}
