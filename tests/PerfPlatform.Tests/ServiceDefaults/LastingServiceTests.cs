using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class LastingServiceTests
{
    [Fact(Timeout = 30_000)]
    public async Task Service_Fails_HostGoesOnAndItIsStartedAgain()
    {
        var clock = new FakeTimeProvider();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddBackground<Stumbling>();
        builder.Services.AddBackground<Stumbling>();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var service = host.Services.GetRequiredService<Stumbling>();
        while (!service.Stands.Task.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(3, service.Runs);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(service.Ended);
    }

    private sealed class Stumbling : BackgroundService
    {
        public int Runs { get; private set; }

        public bool Ended { get; private set; }

        public TaskCompletionSource Stands { get; } = new();

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            if (++Runs < 3) throw new InvalidOperationException("an item that nobody thought of");
            Stands.SetResult();
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Ended = true;
        }
    }
}
