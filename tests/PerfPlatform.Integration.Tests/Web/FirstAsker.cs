using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>Asks a server with a key from the moment that it listens until it is let in, as a sender that was started beside it.</summary>
internal sealed class FirstAsker(string key) : BackgroundService
{
    private readonly TaskCompletionSource<IReadOnlyList<HttpStatusCode>> _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IServer? _server;

    /// <summary>All answers, the last one is 200.</summary>
    public Task<IReadOnlyList<HttpStatusCode>> Answers => _answers.Task;

    public void Begin(IServiceProvider services)
    {
        _server = services.GetRequiredService<IServer>();
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => _listening.TrySetResult());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _listening.Task.WaitAsync(stoppingToken);
#pragma warning disable RS0030 // A test's own client of a loopback address.
        using var client = new HttpClient { BaseAddress = new Uri(_server!.Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var answers = new List<HttpStatusCode>();
        while (!answers.Contains(HttpStatusCode.OK))
        {
            using var answer = await client.GetAsync("/api/v1/keys", stoppingToken);
            answers.Add(answer.StatusCode);
        }

        _answers.SetResult(answers);
    }
}
