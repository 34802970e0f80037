using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>Reads the roll-ups of series that touch a range.</summary>
internal sealed class RollupReader(NpgsqlDataSource database, IOptions<StoreOptions> options)
{
    private const int SeriesAStatement = 200;

    /// <summary>The rows, by series id and then by start. What is returned is valid until the next step, and is not cut to the range.</summary>
    public async IAsyncEnumerable<RollupColumns> ReadAsync(
        RollupTier tier, int[] seriesIds, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var row = new RollupColumns(tier);
        var bytes = new byte[RollupCodec.MaxBytes];
        var sql = $"SELECT series_id, start_time, data FROM {tier.Table()} WHERE series_id = ANY($1) AND start_time > $2 AND start_time < $3 ORDER BY series_id, start_time";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var part in seriesIds.Order().Chunk(SeriesAStatement))
        {
            await using var command = new NpgsqlCommand(sql, connection)
            {
                CommandTimeout = (int)Math.Ceiling(options.Value.StatementTimeout.TotalSeconds),
                Parameters = { new() { Value = part }, Time(from - tier.RowLength()), Time(to) },
            };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var length = (int)reader.GetBytes(2, 0, bytes, 0, bytes.Length);
                RollupCodec.Decode(bytes.AsSpan(0, length), tier, row);
                (row.SeriesId, row.Start) = (reader.GetInt32(0), PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(1)));
                yield return row;
            }
        }
    }

    // Far times are cut to what PostgreSQL can tell.
    private static NpgsqlParameter<long> Time(long time) => new()
    {
        TypedValue = PostgresTime.FromUnixMilliseconds(Math.Clamp(time, -62_135_596_800_000, 253_402_300_800_000)),
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };
}
