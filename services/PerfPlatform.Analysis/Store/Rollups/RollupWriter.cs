using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>
/// Writes the roll-ups of one hour of some series: the hour's minutes, and the hour into its day. Works inside its caller's transaction, one hour after another:
/// <see cref="BeginAsync"/>, then <see cref="Add"/> for each series, then <see cref="WriteAsync"/>.
/// </summary>
internal sealed class RollupWriter(SeriesRegistry registry)
{
    // What there is already: the hour before (for the start of an increase), this hour and its day.
    private const string ReadSql = """
        SELECT 0, series_id, data FROM metrics.rollup_1m WHERE series_id = ANY($1) AND start_time = $2
        UNION ALL
        SELECT 1, series_id, data FROM metrics.rollup_1m WHERE series_id = ANY($1) AND start_time = $3
        UNION ALL
        SELECT 2, series_id, data FROM metrics.rollup_1h WHERE series_id = ANY($1) AND start_time = $4
        """;

    private const string NextSql = "SELECT series_id FROM metrics.rollup_1m WHERE series_id = ANY($1) AND start_time = $2";

    private const string MinuteSql = """
        INSERT INTO metrics.rollup_1m (start_time, series_id, data, segments) SELECT $1, n.id, n.data, n.segments FROM unnest($2, $3, $4) AS n (id, data, segments)
        ON CONFLICT (series_id, start_time) DO UPDATE SET data = excluded.data, segments = excluded.segments
        """;

    private const string AgainSql = """
        UPDATE metrics.rollup_1m r SET data = n.data FROM unnest($2, $3) AS n (id, data) WHERE r.series_id = n.id AND r.start_time = $1
        """;

    private const string HourSql = """
        INSERT INTO metrics.rollup_1h (start_time, series_id, data) SELECT $1, n.id, n.data FROM unnest($2, $3) AS n (id, data)
        ON CONFLICT (series_id, start_time) DO UPDATE SET data = excluded.data
        """;

    private readonly RollupCalculator _calculator = new();
    private readonly RollupCodec _codec = new();
    private readonly RollupColumns _minutes = new(RollupTier.Minute);
    private readonly RollupColumns _day = new(RollupTier.Hour);
    private readonly Dictionary<int, LastSample> _before = []; // these are bounded by the series of a portion
    private readonly Dictionary<int, LastSample> _old = [];
    private readonly Dictionary<int, byte[]> _days = [];
    private readonly List<int> _ids = [];
    private readonly List<int> _segments = [];
    private readonly List<byte[]> _hourRows = [];
    private readonly List<byte[]> _dayRows = [];
    private readonly List<int> _moved = [];
    private readonly byte[] _bytes = new byte[RollupCodec.MaxBytes];
    private long _hour;

    /// <summary>Begins an hour, and reads what is known of the series.</summary>
    public async Task BeginAsync(NpgsqlConnection connection, long hour, int[] seriesIds, CancellationToken cancellationToken)
    {
        _hour = hour;
        _before.Clear();
        _old.Clear();
        _days.Clear();
        _ids.Clear();
        _segments.Clear();
        _hourRows.Clear();
        _dayRows.Clear();
        _moved.Clear();
        await using var command = new NpgsqlCommand(ReadSql, connection)
        {
            CommandTimeout = 120,
            Parameters = { new() { Value = seriesIds }, Time(hour - PostgresTime.HourLength), Time(hour), Time(RollupTier.Hour.RowStart(hour)) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (which, id, data) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
            if (which == 2) _days.Add(id, data);
            else if (Last(data) is { } last) (which == 0 ? _before : _old).Add(id, last);
        }
    }

    /// <summary>Adds the samples of a series in the order of time, one for each time, and how many segments they are stored in.</summary>
    public void Add(int seriesId, ReadOnlySpan<long> times, ReadOnlySpan<double> values, int segments)
    {
        var kind = registry.TryGet(seriesId, out var series) ? series.Kind : default;
        var before = _before.GetValueOrDefault(seriesId, LastSample.None);
        _minutes.Start = _hour;
        _calculator.Calculate(_minutes, kind, times, values, before.Value, before.Slot);
        var last = _minutes.LastSlot < 0 ? LastSample.None : new LastSample(_minutes.Last[_minutes.LastSlot], _minutes.LastSlot);
        if (!last.Equals(_old.GetValueOrDefault(seriesId, LastSample.None))) _moved.Add(seriesId);

        if (_days.TryGetValue(seriesId, out var day)) RollupCodec.Decode(day, RollupTier.Hour, _day);
        else _day.Reset(RollupTier.Hour);
        _day.Start = RollupTier.Hour.RowStart(_hour);
        RollupFold.Into(_day, _minutes);

        _ids.Add(seriesId);
        _segments.Add(segments);
        _hourRows.Add(_bytes[.._codec.Encode(_minutes, _bytes)]);
        _dayRows.Add(_bytes[.._codec.Encode(_day, _bytes)]);
    }

    /// <summary>
    /// Writes what was added. Returns the series whose next hour was rolled up already and starts from another sample now: it must be rolled up again.
    /// </summary>
    public async Task<int[]> WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await UpsertAsync(connection, MinuteSql, RollupTier.Minute, _hourRows, _segments, cancellationToken);
        await UpsertAsync(connection, HourSql, RollupTier.Hour, _dayRows, null, cancellationToken);
        if (_moved.Count == 0) return [];
        await using var command = new NpgsqlCommand(NextSql, connection)
        {
            CommandTimeout = 120,
            Parameters = { new() { Value = _moved.ToArray() }, Time(_hour + PostgresTime.HourLength) },
        };
        var next = new List<int>(); // bounded by the series of a portion
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) next.Add(reader.GetInt32(0));
        return [.. next];
    }

    /// <summary>Writes what was added where there are roll-ups already: their segments were read and not merged, and stay as they are.</summary>
    public async Task WriteAgainAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await UpsertAsync(connection, AgainSql, RollupTier.Minute, _hourRows, null, cancellationToken);
        await UpsertAsync(connection, HourSql, RollupTier.Hour, _dayRows, null, cancellationToken);
    }

    private async Task UpsertAsync(
        NpgsqlConnection connection, string sql, RollupTier tier, List<byte[]> rows, List<int>? segments, CancellationToken cancellationToken)
    {
        if (_ids.Count == 0) return;
        await using var command = new NpgsqlCommand(sql, connection)
        {
            CommandTimeout = 120,
            Parameters =
            {
                Time(tier.RowStart(_hour)), new() { Value = _ids.ToArray() }, new() { Value = rows.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };
        if (segments is not null) command.Parameters.Add(new() { Value = segments.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private LastSample? Last(byte[] data)
    {
        RollupCodec.Decode(data, RollupTier.Minute, _minutes);
        return _minutes.LastSlot < 0 ? null : new LastSample(_minutes.Last[_minutes.LastSlot], _minutes.LastSlot);
    }

    private static NpgsqlParameter<long> Time(long time) => new() { TypedValue = PostgresTime.FromUnixMilliseconds(time), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private readonly record struct LastSample(double Value, int Slot)
    {
        public static LastSample None { get; } = new(double.NaN, -1);
    }
}
