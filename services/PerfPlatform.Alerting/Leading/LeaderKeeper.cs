using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Alerting.Database;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Leading;

/// <summary>Takes part in the choice of the leader until the process stops, and then hands the work on.</summary>
public sealed class LeaderKeeper : BackgroundService, ILeadership
{
    private readonly LeaseKeeper _lease;
    private readonly LeaderHolder _holder;
    private readonly SchemaReady<AlertingContext> _schema;

    public LeaderKeeper(
        NpgsqlDataSource database, LeaderHolder holder, SchemaReady<AlertingContext> schema, PeerAddress address, IOptions<AlertingOptions> options, TimeProvider clock, ILogger<LeaderKeeper> logger)
    {
        (_holder, _schema) = (holder, schema);
        _lease = new LeaseKeeper(database, AlertingContext.Schema, holder, options.Value.LeaseTime, address.Read, clock, logger);
    }

    /// <inheritdoc />
    public bool IsLeader => _lease.IsLeader;

    /// <inheritdoc />
    public string LeaderAddress => _lease.LeaderAddress;

    /// <summary>Whether another process is known to lead.</summary>
    public bool IsStandby => !_holder.IsLeading && _lease.View.Owner(0) is { } leader && leader.Owner != _lease.Owner;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // First the work, under a lease that is still renewed.
        await _holder.LeaveAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested || !_schema.IsReady) return;
        await _lease.LeaveAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _schema.WaitAsync(stoppingToken);
        await _lease.RunAsync(stoppingToken);
    }
}
