using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.Sessions;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Once an hour removes sessions that are over and tries that are forgotten.</summary>
public sealed partial class SignInSweep(SessionStore sessions, PasswordTryStore tries, SchemaReady<AccessDbContext> schema, TimeProvider time, ILogger<SignInSweep> logger) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                await sessions.SweepAsync(stoppingToken);
                await tries.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotSwept(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sessions that are over could not be removed; the next try follows in an hour")]
    private partial void LogNotSwept(Exception exception);
}
