using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Leases;

/// <summary>Processes that share partitions by the tables of a real database: one that ends, one that stands still and comes back, a database that goes away.</summary>
public sealed class LeaseKeeperTests(ServersFixture servers) : IAsyncLifetime
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);
    private readonly List<Worker> _workers = []; // those of a test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await servers.DatabaseAsync();
        await ExecuteAsync("""
            CREATE SCHEMA work;
            CREATE TABLE work.partition_lease (partition int PRIMARY KEY, owner text NOT NULL, epoch bigint NOT NULL, expires timestamptz NOT NULL);
            CREATE TABLE work.lease_member (owner text PRIMARY KEY, number int GENERATED ALWAYS AS IDENTITY UNIQUE, address text NOT NULL, seen timestamptz NOT NULL);
            """);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Processes_ComeAndEnd_ShareEvenly()
    {
        var a = Start(partitions: 5);
        await Wait.ForAsync("the first has all", () => a.Held == 5);
        var (b, c) = (Start(5), Start(5));
        await EvenAsync(5, a, b, c);
        Assert.Equal([1, 2, 2], new[] { a, b, c }.Select(w => w.Held).Order());
        Assert.All(_workers, worker => Assert.Equal("http://" + worker.Keeper.Owner, a.Keeper.View.Members.Single(m => m.Owner == worker.Keeper.Owner).Address));

        // Its session ends with it, as with kill -9: nobody waits for the time to be over.
        await a.KillAsync();
        await EvenAsync(5, b, c);
        await b.LeaveAsync();
        await Wait.ForAsync("the last has all", () => c.Held == 5);
    }

    [Fact]
    public async Task Process_StandsStillAndComesBack_HasLostWhatItHadAndGetsAShare()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var still = Start(4, clock);
        await Wait.ForAsync("the first has all", () => still.Held == 4);
        var other = Start(4);

        // Its session, and the lock, are there all the while.
        await Wait.ForAsync("the other has all", () => other.Held == 4);
        Assert.Equal(4, still.Held);
        using var running = new CancellationTokenSource();
        var time = RunAsync(clock, running.Token);
        await EvenAsync(4, still, other);
        Assert.All(Enumerable.Range(0, 4), partition => Assert.Equal(1, _workers.Count(w => w.HeldEpoch(partition) > 0)));
        Assert.True(still.Taken.Skip(4).All(epoch => epoch >= 3), $"{string.Join(' ', still.Taken)} were taken: not before the other has given back");
        await running.CancelAsync();
        await time;
    }

    [Fact]
    public async Task Sessions_Broken_NothingMoves()
    {
        var (a, b) = (Start(4), Start(4));
        await EvenAsync(4, a, b);
        var epochs = (int)(a.Taken.Count + b.Taken.Count);
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await Wait.ForAsync("both are back", async () => await LocksAsync() == 2);
        await Task.Delay(Time * 2, TestContext.Current.CancellationToken); // nothing is to happen
        Assert.Equal((2, 2), (a.Held, b.Held));
        Assert.Equal(epochs, a.Taken.Count + b.Taken.Count);
    }

    [Fact]
    public async Task Release_ForOneThatTrustsAllMembers_IsFree()
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var (giver, taker) = (new LeaseTables("work", "giver"), new LeaseTables("work", "taker"));
        await giver.JoinAsync(connection, "", TestContext.Current.CancellationToken);
        await giver.TryTakeAsync(source, 0, Time, TestContext.Current.CancellationToken);
        await giver.TryTakeAsync(source, 1, TimeSpan.FromMilliseconds(-1), TestContext.Current.CancellationToken);
        await giver.ReleaseAsync(source, 0, TestContext.Current.CancellationToken);

        // After the database was away a lease whose time is over waits for its owner to come back; one that was given back waits for nobody.
        var view = await taker.PulseAsync(connection, "", new Dictionary<int, long>(), Time, trusting: true, TestContext.Current.CancellationToken);
        Assert.Equal([(0, true), (1, false)], view.Leases.Select(l => (l.Partition, l.IsOver)).Order());
    }

    [Fact]
    public async Task Lease_OfAVersionWithoutMembers_IsTakenWhenItsTimeIsOver()
    {
        await ExecuteAsync("INSERT INTO work.partition_lease VALUES (0, 'old/1', 7, clock_timestamp() + interval '2 seconds'), (1, 'old/2', 3, clock_timestamp() - interval '1 second')");
        var worker = Start(2);
        await Wait.ForAsync("the free one is taken", () => worker.HeldEpoch(1) == 4);
        Assert.Equal(0, worker.HeldEpoch(0));
        await Wait.ForAsync("the other one too", () => worker.HeldEpoch(0) == 8);
    }

    private Worker Start(int partitions, TimeProvider? clock = null)
    {
        var worker = new Worker(_database.ConnectionString, partitions, clock ?? TimeProvider.System);
        _workers.Add(worker);
        return worker;
    }

    private static Task EvenAsync(int partitions, params Worker[] workers) => Wait.ForAsync(
        "the partitions are shared evenly", () => workers.Sum(w => w.Held) == partitions && workers.Max(w => w.Held) - workers.Min(w => w.Held) <= 1);

    private static async Task RunAsync(FakeTimeProvider clock, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private async Task<long> LocksAsync()
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>A process with work that is done at once.</summary>
    private sealed class Worker : ILeaseHolder, IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly NpgsqlDataSource _source;
        private readonly long[] _epochs;
        private readonly Task _running;

        public Worker(string database, int partitions, TimeProvider clock)
        {
            _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = 4, ApplicationName = Guid.NewGuid().ToString() });
            _epochs = new long[partitions];
            Keeper = new LeaseKeeper(_source, "work", this, Time, () => "http://" + Keeper!.Owner, clock, NullLogger.Instance);
            _running = Keeper.RunAsync(_stop.Token);
        }

        public LeaseKeeper Keeper { get; }

        public List<long> Taken { get; } = []; // those of a test

        public int Partitions => _epochs.Length;

        public int Held => Enumerable.Range(0, _epochs.Length).Count(p => HeldEpoch(p) > 0);

        public long HeldEpoch(int partition) => Volatile.Read(ref _epochs[partition]);

        public Task TakeAsync(int partition, long epoch, CancellationToken cancellationToken)
        {
            Taken.Add(epoch);
            Volatile.Write(ref _epochs[partition], epoch);
            return Task.CompletedTask;
        }

        public Task LoseAsync(int partition, CancellationToken cancellationToken)
        {
            Volatile.Write(ref _epochs[partition], 0);
            return Task.CompletedTask;
        }

        public Task GiveBackAsync(int partition, CancellationToken cancellationToken) => LoseAsync(partition, cancellationToken);

        public async Task KillAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _source.DisposeAsync();
        }

        public async Task LeaveAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Keeper.LeaveAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await KillAsync();
            _stop.Dispose();
        }
    }
}
