using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Keeps a background service running. The host ends the whole process when an exception leaves one, which one bad item must not do: services catch by item,
/// and what nobody thought of is told here and the service is started again, after a second and then more.
/// </summary>
/// <typeparam name="T">The service.</typeparam>
internal sealed partial class LastingService<T>(T service, TimeProvider clock, ILogger<T> logger) : IHostedService, IDisposable where T : BackgroundService
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await service.StartAsync(cancellationToken);
        _running = KeepAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await service.StopAsync(cancellationToken);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task KeepAsync()
    {
        for (var wait = s_first; !_stopping.IsCancellationRequested; wait = wait * 2 < s_longest ? wait * 2 : s_longest)
        {
            try
            {
                await service.ExecuteTask!;
                return;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogStumbled(logger, typeof(T).Name, wait.TotalSeconds, e);
            }

            await Task.Delay(wait, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested) await service.StartAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Service} met an error of ours and starts again in {Seconds} s")]
    private static partial void LogStumbled(ILogger logger, string service, double seconds, Exception exception);
}
