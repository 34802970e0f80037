using Npgsql;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The tables <c>partition_lease</c> and <c>lease_member</c> of a schema. A member holds an advisory lock in its session, by which the others see at once that its
/// process is gone; one that stands still without being gone is seen by the time of its last pulse. A lease counts while its owner renews it. Whoever writes
/// checks the epoch in its transaction, so one who has lost a lease without knowing cannot write.
/// </summary>
internal sealed class LeaseTables(string schema, string owner)
{
    // A row of a member that is long gone tells nothing any more.
    private const string Forget = "interval '1 hour'";

    // Both halves of a member's lock: the schema, so that members of other work have locks of their own, and the member's number.
    private readonly string _class = $"hashtext('{schema}.lease_member')";

    /// <summary>Enters the member, again where it was forgotten.</summary>
    public async Task JoinAsync(NpgsqlConnection connection, string address, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"DELETE FROM {schema}.lease_member WHERE seen < clock_timestamp() - {Forget}"),
                new($"""
                    INSERT INTO {schema}.lease_member (owner, address, seen) VALUES ($1, $2, clock_timestamp())
                    ON CONFLICT (owner) DO UPDATE SET seen = excluded.seen, address = excluded.address
                    """)
                {
                    Parameters = { new() { Value = owner }, new() { Value = address } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes the member's lock for the session; not while the database believes that an earlier session is still there, which then has it.</summary>
    public async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({_class}, number) FROM {schema}.lease_member WHERE owner = $1", connection)
        {
            Parameters = { new() { Value = owner } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>
    /// Renews the membership and the leases that are held, and looks at all of them. A renewed lease is renewed for its time; one that another has taken is not touched.
    /// </summary>
    /// <param name="connection">The session of the member's lock.</param>
    /// <param name="address">Where peers reach the member.</param>
    /// <param name="held">Partitions and epochs.</param>
    /// <param name="time">How long a lease, and a membership, holds without a renewal.</param>
    /// <param name="trusting">Whether members whose lock is not there are believed to live: after the database was away they have not come back all at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LeaseView> PulseAsync(
        NpgsqlConnection connection, string address, IReadOnlyDictionary<int, long> held, TimeSpan time, bool trusting, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = (int)Math.Ceiling(time.TotalSeconds),
            BatchCommands =
            {
                new($"UPDATE {schema}.lease_member SET seen = clock_timestamp(), address = $2 WHERE owner = $1") { Parameters = { new() { Value = owner }, new() { Value = address } } },
                new($"""
                    UPDATE {schema}.partition_lease l SET expires = clock_timestamp() + $4 FROM unnest($1, $2) AS h (partition, epoch)
                    WHERE l.partition = h.partition AND l.epoch = h.epoch AND l.owner = $3
                    """)
                {
                    Parameters = { new() { Value = held.Keys.ToArray() }, new() { Value = held.Values.ToArray() }, new() { Value = owner }, new() { Value = time } },
                },
                new($"""
                    SELECT m.owner, m.address, $1 OR (m.seen > clock_timestamp() - $2 AND {HasLock("m.number")}) FROM {schema}.lease_member m ORDER BY m.number
                    """)
                {
                    Parameters = { new() { Value = trusting }, new() { Value = time } },
                },
                new($"""
                    SELECT l.partition, l.owner, l.epoch, l.expires < clock_timestamp() AND NOT ($1 AND EXISTS (SELECT FROM {schema}.lease_member m WHERE m.owner = l.owner))
                    FROM {schema}.partition_lease l
                    """)
                {
                    Parameters = { new() { Value = trusting } },
                },
            },
        };
        var (members, leases) = (new List<LeaseMember>(), new List<LeaseRow>());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) members.Add(new LeaseMember(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) leases.Add(new LeaseRow(reader.GetInt32(0), reader.GetString(1), reader.GetInt64(2), reader.GetBoolean(3)));
        return new LeaseView(members, leases);
    }

    /// <summary>Takes a lease that is free, or the member's own anew; returns its new epoch, or null where somebody was quicker or the owner lives after all.</summary>
    public async Task<long?> TryTakeAsync(NpgsqlDataSource database, int partition, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            INSERT INTO {schema}.partition_lease AS l (partition, owner, epoch, expires) VALUES ($1, $2, 1, clock_timestamp() + $3)
            ON CONFLICT (partition) DO UPDATE SET owner = excluded.owner, epoch = l.epoch + 1, expires = excluded.expires
            WHERE l.expires < clock_timestamp() OR l.owner = excluded.owner
                OR EXISTS (SELECT FROM {schema}.lease_member m WHERE m.owner = l.owner AND NOT {HasLock("m.number")})
            RETURNING epoch
            """);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = partition }, new() { Value = owner }, new() { Value = time } });
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Frees one lease: it is nobody's, so that nobody waits for a process to come back to it.</summary>
    public async Task ReleaseAsync(NpgsqlDataSource database, int partition, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"UPDATE {schema}.partition_lease SET expires = clock_timestamp(), owner = '' WHERE owner = $1 AND partition = $2");
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = owner }, new() { Value = partition } });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Frees all leases of the member and ends its membership.</summary>
    public async Task LeaveAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new($"UPDATE {schema}.partition_lease SET expires = clock_timestamp(), owner = '' WHERE owner = $1") { Parameters = { new() { Value = owner } } });
        batch.BatchCommands.Add(new($"DELETE FROM {schema}.lease_member WHERE owner = $1") { Parameters = { new() { Value = owner } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private string HasLock(string number) =>
        $"""
        EXISTS (SELECT FROM pg_locks k WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 2 AND k.classid = {_class}::oid AND k.objid = {number}::oid
            AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """;
}
