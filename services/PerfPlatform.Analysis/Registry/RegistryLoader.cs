using Npgsql;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>Reads series from the database into the registry: all at the start, the newer ones when an unknown id turns up.</summary>
internal sealed class RegistryLoader(NpgsqlDataSource database, SeriesRegistry registry)
{
    private const int RowsAtOnce = 10_000;

    /// <summary>Reads everything that the registry does not know yet.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var epoch = new NpgsqlCommand("SELECT epoch FROM metrics.registry", connection);
        var current = (Guid)(await epoch.ExecuteScalarAsync(cancellationToken))!;
        await using var count = new NpgsqlCommand("SELECT count(*) FROM metrics.series", connection) { CommandTimeout = 0 };
        registry.EnsureCapacity((int)(long)(await count.ExecuteScalarAsync(cancellationToken))!);
        await ReadAsync(connection, "WHERE id > $1", registry.MaxId, cancellationToken);
        registry.Loaded(current, await EarlierAsync(connection, cancellationToken));
    }

    /// <summary>Reads the series whose id is greater than one.</summary>
    public async Task LoadAfterAsync(int id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ReadAsync(connection, "WHERE id > $1", id, cancellationToken);
    }

    /// <summary>Reads series by id that another writer may have registered.</summary>
    public async Task LoadAsync(IReadOnlyCollection<int> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ReadAsync(connection, "WHERE id = ANY($1)", ids.ToArray(), cancellationToken);
    }

    /// <summary>Reads series by identity that another writer may have registered.</summary>
    public async Task LoadAsync(IReadOnlyCollection<Fingerprint> fingerprints, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ReadAsync(connection, "WHERE fingerprint = ANY($1)", fingerprints.Select(f => f.ToBytes()).ToArray(), cancellationToken);
    }

    private static async Task<Dictionary<Guid, int>> EarlierAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT epoch, last_id FROM metrics.earlier_epoch", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var earlier = new Dictionary<Guid, int>();
        while (await reader.ReadAsync(cancellationToken)) earlier[reader.GetGuid(0)] = reader.GetInt32(1);
        return earlier;
    }

    private async Task ReadAsync<T>(NpgsqlConnection connection, string where, T argument, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT id, fingerprint, metric, labels::text, unit, kind FROM metrics.series {where} ORDER BY id", connection)
        {
            CommandTimeout = 0, // a million series take a while; the token ends it
            Parameters = { new NpgsqlParameter<T> { TypedValue = argument } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var labels = new LabelReader();
        var entries = new List<SeriesEntry>(RowsAtOnce);
        var adding = Task.CompletedTask;
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new SeriesEntry(
                reader.GetInt32(0), Fingerprint.Read(reader.GetFieldValue<byte[]>(1)), labels.Text(reader.GetFieldValue<byte[]>(2)),
                labels.Read(reader.GetFieldValue<byte[]>(3)), labels.Text(reader.GetFieldValue<byte[]>(4)), (MetricKind)reader.GetInt16(5)));
            if (entries.Count < RowsAtOnce) continue;

            // One part is entered while the next one is read.
            await adding;
            var part = entries;
            adding = Task.Run(() => registry.Add(part), cancellationToken);
            entries = new List<SeriesEntry>(RowsAtOnce);
        }

        await adding;
        registry.Add(entries);
    }
}
