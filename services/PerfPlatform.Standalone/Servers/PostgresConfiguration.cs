using System.Globalization;
using System.Text;

namespace PerfPlatform.Standalone.Servers;

/// <summary>Writes the settings of the embedded PostgreSQL; its own postgresql.conf only includes this file.</summary>
internal static class PostgresConfiguration
{
    public const string FileName = "perfplatform.conf";

    private const long Megabyte = 1024 * 1024;

    public static string Write(ServerEndpoint endpoint, bool durable, long memory)
    {
        // An eighth of the memory that this process may use, and no more than what is written anew all the time needs: the page cache does the rest.
        var buffers = Math.Clamp(memory / 8 / Megabyte, 64, 256);
        // Without the system's time zone files (minimal images) PostgreSQL knows no other zone by name.
        var zone = File.Exists("/usr/share/zoneinfo/UTC") ? "UTC" : "GMT";
        var text = new StringBuilder();
        Set("listen_addresses", endpoint.SocketFolder is null ? "127.0.0.1" : "");
        Set("port", endpoint.Port.ToString(CultureInfo.InvariantCulture));
        Set("unix_socket_directories", endpoint.SocketFolder ?? "");
        Set("shared_preload_libraries", "timescaledb");
        Set("timescaledb.telemetry_level", "off");
        Set("max_connections", "200");
        Set("shared_buffers", $"{buffers}MB");
        Set("jit", "off");
        Set("timezone", zone);
        Set("log_timezone", zone);
        Set("log_min_messages", "warning");
        Set("log_checkpoints", "off");
        // Recovery after a kill reads up to this much again: 2 GB took half a minute, 8 GB a minute and a half.
        Set("max_wal_size", "1GB");
        Set("wal_compression", "on");
        Set("wal_level", "minimal");
        Set("max_wal_senders", "0");
        if (!durable)
        {
            Set("fsync", "off");
            Set("synchronous_commit", "off");
            Set("full_page_writes", "off");
        }

        return text.ToString();

        void Set(string name, string value) => text.Append(name).Append(" = '").Append(value.Replace("'", "''", StringComparison.Ordinal)).Append("'\n");
    }
}
