using Npgsql;

namespace PerfPlatform.Analysis.Registry;

/// <summary>
/// What has to be done to the registry of a database that was restored. Series from after the backup had ids that others get now: with a new epoch they are not mistaken.
/// Ids up to the backup's last one are what they were.
/// </summary>
public static class RestoredRegistry
{
    // Of an older schema one table, or both, may not be there yet.
    private const string Sql = """
        DO $$
        BEGIN
            IF to_regclass('metrics.earlier_epoch') IS NOT NULL THEN
                INSERT INTO metrics.earlier_epoch (epoch, last_id) SELECT epoch, coalesce((SELECT max(id) FROM metrics.series), 0) FROM metrics.registry;
            END IF;
            IF to_regclass('metrics.registry') IS NOT NULL THEN
                UPDATE metrics.registry SET epoch = gen_random_uuid();
            END IF;
        END
        $$;
        """;

    /// <summary>Begins the new epoch, before anything is started on the database.</summary>
    public static async Task BeginEpochAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
