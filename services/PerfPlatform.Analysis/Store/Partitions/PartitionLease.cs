using Npgsql;

namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>Asks within a transaction whether a partition's lease is what this process believes: a writer that lost it without knowing cannot write.</summary>
internal static class PartitionLease
{
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
