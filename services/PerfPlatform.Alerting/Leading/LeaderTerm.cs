using Npgsql;
using PerfPlatform.Alerting.Database;

namespace PerfPlatform.Alerting.Leading;

/// <summary>A time in which this process leads: from the taking of the lease until it goes elsewhere.</summary>
/// <param name="epoch">The lease's. Another one is in the database as soon as another process leads.</param>
public sealed class LeaderTerm(long epoch) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();

    /// <summary>The lease's epoch.</summary>
    public long Epoch => epoch;

    /// <summary>Cancelled when another process leads, or may: there is nothing left to finish.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>
    /// The first statement of what only the leader may write: it keeps the lease as it is until the transaction ends, and where another process leads it fails with
    /// <see cref="DatabaseTrouble.NotLeading"/>.
    /// </summary>
    public NpgsqlBatchCommand Check() => new("SELECT alerting.check_leader($1)") { Parameters = { new NpgsqlParameter<long> { TypedValue = epoch } } };

    /// <summary>Checks by itself, at the beginning of a transaction or outside of one.</summary>
    public async Task CheckAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { Check() } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends it.</summary>
    public void Lose() => _lost.Cancel();

    /// <inheritdoc />
    public void Dispose() => _lost.Dispose();
}
