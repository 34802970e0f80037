using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>One row of the inbox that is to be written.</summary>
internal readonly record struct InboxRow(long Id, int Partition, BatchStamp Stamp, ReadOnlyMemory<byte> Payload);

/// <summary>
/// One group commit: lease check, registration of new series and the inbox rows, all or nothing. A group that brings no new series is one statement on a
/// connection of its own, so one round trip. For one writer at a time.
/// </summary>
internal sealed class InboxTransaction(NpgsqlDataSource database) : IAsyncDisposable
{
    private const int BlockSize = 1024; // as the sequence metrics.inbox_block counts

    // Rows only where every lease is as this process believes; whoever takes one waits for the transaction.
    private const string Insert = """
        WITH held AS MATERIALIZED (
            SELECT l.partition FROM metrics.partition_lease l JOIN unnest($1, $2) AS e (partition, epoch) ON l.partition = e.partition AND l.epoch = e.epoch
            ORDER BY l.partition FOR SHARE OF l)
        INSERT INTO metrics.inbox (id, partition, stamp_at, stamp_instance, stamp_sequence, payload)
        SELECT * FROM unnest($3, $4, $5, $6, $7, $8) WHERE (SELECT count(*) FROM held) = cardinality($1)
        """;

    private NpgsqlConnection? _connection;
    private long _next;
    private long _blockEnd;

    /// <summary>Writes and commits; returns the series that were registered.</summary>
    /// <exception cref="LeaseLostException">Another writer has one of the partitions; nothing was written.</exception>
    /// <exception cref="CommitDoubtfulException">The commit was sent and its outcome is not known.</exception>
    public async Task<IReadOnlyList<SeriesEntry>> CommitAsync(
        IReadOnlyDictionary<int, long> epochs, IReadOnlyDictionary<Fingerprint, SeriesDescriptor> unknown, InboxRow[] rows, CancellationToken cancellationToken)
    {
        try
        {
            var connection = _connection ??= await database.OpenConnectionAsync(cancellationToken);
            for (var i = 0; i < rows.Length; i++) rows[i] = rows[i] with { Id = await NextIdAsync(connection, cancellationToken) };
            if (unknown.Count == 0)
            {
                await SettleAsync(() => InsertAsync(connection, epochs, rows, cancellationToken));
                return [];
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var registered = await SeriesRegistrar.RegisterAsync(connection, unknown, cancellationToken);
            await InsertAsync(connection, epochs, rows, cancellationToken);
            await SettleAsync(() => transaction.CommitAsync(cancellationToken));
            return registered;
        }
        catch
        {
            // Whatever state it is in: the next group starts with a new one.
            await DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        await connection.DisposeAsync();
    }

    private static async Task SettleAsync(Func<Task> commit)
    {
        try
        {
            await commit();
        }
        catch (Exception e) when (e is not (LeaseLostException or PostgresException { IsTransient: false }))
        {
            throw new CommitDoubtfulException(e);
        }
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyDictionary<int, long> epochs, InboxRow[] rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int[]> { TypedValue = [.. epochs.Keys] },
                new NpgsqlParameter<long[]> { TypedValue = [.. epochs.Values] },
                new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rows, r => r.Id) },
                new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(rows, r => r.Partition) },
                new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rows, r => r.Stamp.ReceivedAt) },
                new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rows, r => (long)r.Stamp.Instance) },
                new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rows, r => r.Stamp.Sequence) },
                new NpgsqlParameter<ReadOnlyMemory<byte>[]> { TypedValue = Array.ConvertAll(rows, r => r.Payload), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };

        // Known to the connection after the first time.
        await command.PrepareAsync(cancellationToken);
        if (await command.ExecuteNonQueryAsync(cancellationToken) != rows.Length) throw new LeaseLostException();
    }

    private async ValueTask<long> NextIdAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_next == _blockEnd)
        {
            await using var command = new NpgsqlCommand("SELECT nextval('metrics.inbox_block')", connection);
            _next = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            _blockEnd = _next + BlockSize;
        }

        return _next++;
    }
}
