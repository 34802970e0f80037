using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>One row of the inbox that is to be written.</summary>
internal readonly record struct InboxRow(long Id, int Partition, BatchStamp Stamp, ReadOnlyMemory<byte> Payload);

/// <summary>One group commit: lease check, registration of new series and the inbox rows, all or nothing.</summary>
internal sealed class InboxTransaction(NpgsqlDataSource database)
{
    private const int BlockSize = 1024; // as the sequence metrics.inbox_block counts
    private long _next;
    private long _blockEnd;

    /// <summary>Writes and commits; returns the series that were registered.</summary>
    /// <exception cref="CommitDoubtfulException">The commit was sent and its outcome is not known.</exception>
    public async Task<IReadOnlyList<SeriesEntry>> CommitAsync(
        IReadOnlyDictionary<int, long> epochs, IReadOnlyDictionary<Fingerprint, SeriesDescriptor> unknown, InboxRow[] rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        for (var i = 0; i < rows.Length; i++) rows[i] = rows[i] with { Id = await NextIdAsync(connection, cancellationToken) };

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PartitionLease.CheckAsync(connection, epochs, cancellationToken);
        var registered = unknown.Count > 0 ? await SeriesRegistrar.RegisterAsync(connection, unknown, cancellationToken) : [];
        await CopyAsync(connection, rows, cancellationToken);
        try
        {
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not PostgresException { IsTransient: false })
        {
            throw new CommitDoubtfulException(e);
        }

        return registered;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, InboxRow[] rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY metrics.inbox (id, partition, stamp_at, stamp_instance, stamp_sequence, payload) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.Partition, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Stamp.ReceivedAt, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync((long)row.Stamp.Instance, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.Stamp.Sequence, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.Payload, NpgsqlDbType.Bytea, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
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
