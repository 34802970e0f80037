using Npgsql;

namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>
/// The lease of a partition: a row with owner, epoch and expiry, and an advisory lock of the owner's session. A lease is taken when its time is over,
/// or at once when the lock is free: then the session of the old owner is gone. Every write checks the epoch in its transaction, so a writer
/// that lost the lease without knowing cannot write.
/// </summary>
internal static class PartitionLease
{
    private const int LockClass = 0x50_45_52_46; // "PERF"

    /// <summary>The new epoch, or null where another writer has the lease.</summary>
    public static async Task<long?> TryTakeAsync(NpgsqlConnection connection, int partition, string owner, TimeSpan time, bool locked, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO metrics.partition_lease AS l (partition, owner, epoch, expires) VALUES ($1, $2, 1, clock_timestamp() + $3)
            ON CONFLICT (partition) DO UPDATE SET owner = excluded.owner, epoch = l.epoch + 1, expires = excluded.expires
            WHERE $4 OR l.expires < clock_timestamp() OR l.owner = excluded.owner
            RETURNING epoch
            """, connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = owner }, new() { Value = time }, new() { Value = locked } },
        };
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Takes the advisory lock of the session, if it is free.</summary>
    public static async Task<bool> TryLockAsync(NpgsqlConnection connection, int partition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1, $2)", connection)
        {
            Parameters = { new() { Value = LockClass }, new() { Value = partition } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Renews leases; returns the partitions that are still the owner's.</summary>
    public static async Task<HashSet<int>> RenewAsync(NpgsqlConnection connection, IReadOnlyList<Partition> held, string owner, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE metrics.partition_lease l SET expires = clock_timestamp() + $4
            FROM unnest($1, $2) AS h (partition, epoch)
            WHERE l.partition = h.partition AND l.epoch = h.epoch AND l.owner = $3
            RETURNING l.partition
            """, connection)
        {
            Parameters =
            {
                new() { Value = held.Select(p => p.Number).ToArray() },
                new() { Value = held.Select(p => p.HeldEpoch).ToArray() },
                new() { Value = owner },
                new() { Value = time },
            },
        };
        var renewed = new HashSet<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) renewed.Add(reader.GetInt32(0));
        return renewed;
    }

    /// <summary>Gives leases back: another writer may take them at once.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, string owner, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE metrics.partition_lease SET expires = clock_timestamp() WHERE owner = $1", connection)
        {
            Parameters = { new() { Value = owner } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Checks within a transaction that leases are as this process believes, and keeps them so until its end: whoever takes one waits for the transaction.
    /// </summary>
    /// <exception cref="LeaseLostException">One of them is not.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, IReadOnlyDictionary<int, long> epochs, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT partition, epoch FROM metrics.partition_lease WHERE partition = ANY($1) ORDER BY partition FOR SHARE", connection)
        {
            Parameters = { new() { Value = epochs.Keys.ToArray() } },
        };
        var right = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (epochs[reader.GetInt32(0)] == reader.GetInt64(1)) right++;
        }

        if (right != epochs.Count) throw new LeaseLostException();
    }
}
