using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Contracts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

/// <summary>Calls of a service that has several addresses, by the typed clients and through the proxy, over real connections.</summary>
public sealed class ServiceCallTests
{
    private const int Times = 20;

    // So that a test of a call that does not end fails, and does not hang.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TypedClient_OneOfTwoRefuses_EveryQuestionIsAnswered(bool first)
    {
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, WithNobody(replica, first));
        for (var i = 0; i < Times; i++) Assert.Empty((await service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel)).Items);
        Assert.Equal(Times, replica.Asked.Count);
    }

    [Fact]
    public async Task TypedClient_OneOfTwoRefuses_EveryBodyArrivesOnce()
    {
        await using var replica = await Replica.StartAsync(async context =>
        {
            var request = await context.Request.ReadFromJsonAsync<ReportRequest>(PerfPlatformJson.Options);
            var report = new Report { Id = request!.From, Kind = request.Kind, Format = request.Format, Status = ReportStatus.Queued, Progress = 0, From = default, To = default, Match = [], CreatedAt = default };
            await context.Response.WriteAsJsonAsync(report, PerfPlatformJson.Options);
        });
        await using var service = await CallingService.StartAsync(ResourceNames.Reports, WithNobody(replica, first: true));
        for (var i = 0; i < Times; i++)
        {
            var request = new ReportRequest { Kind = ReportKind.Health, Format = ReportFormat.Csv, From = $"now-{i + 1}h" };
            Assert.Equal(request.From, (await service.Client<IReportCatalog>().CreateAsync(request, null, Cancel)).Id);
        }

        Assert.Equal(Times, replica.Asked.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proxy_OneOfTwoRefuses_EveryQuestionIsAnswered(bool first)
    {
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, WithNobody(replica, first));
        for (var i = 0; i < Times; i++) Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/api/v1/metrics", Cancel)).StatusCode);
        Assert.Equal(Times, replica.Asked.Count);
    }

    [Fact]
    public async Task Proxy_OneOfTwoRefuses_EveryBodyArrivesOnceAndWhole()
    {
        await using var replica = await Replica.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.WriteAsync(body.Length.ToString());
        });
        await using var service = await CallingService.StartAsync(ResourceNames.Ingestion, WithNobody(replica, first: true));
        for (var i = 0; i < Times; i++)
        {
            var answer = await service.Http.PostAsync("/api/v1/samples", new ByteArrayContent(new byte[200_000 + i]), Cancel);
            Assert.Equal((200_000 + i).ToString(), await answer.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal(Times, replica.Asked.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"items\":[")]
    public async Task TypedClient_AReplicaDiesHalfWay_TheQuestionIsRepeated(string last)
    {
        await using var dying = new DyingReplica(last);
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [dying.Address, replica.Address]);
        for (var i = 0; i < Times; i++) Assert.Empty((await service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel)).Items);
        Assert.InRange(dying.Asked, 1, Times);
    }

    [Fact]
    public async Task Proxy_AReplicaDiesHalfWay_QuestionsAreRepeated()
    {
        await using var dying = new DyingReplica();
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [dying.Address, replica.Address]);
        for (var i = 0; i < Times; i++) Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/api/v1/metrics", Cancel)).StatusCode);
        Assert.InRange(dying.Asked, 1, Times);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proxy_AReplicaDiesHalfWay_WhatChangesSomethingIsNotRepeatedButRefusedWithItsTime(bool hasBody)
    {
        await using var dying = new DyingReplica();
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Reports, [dying.Address, replica.Address]);
        var refused = 0;
        for (var i = 0; i < Times; i++)
        {
            using var answer = await service.Http.PostAsync("/api/v1/reports", hasBody ? JsonContent.Create(new { kind = "health" }) : null, Cancel);
            if (answer.StatusCode == HttpStatusCode.OK) continue;
            await AssertUnavailableAsync(answer);
            refused++;
        }

        Assert.True(refused > 0);
        Assert.Equal((refused, Times - refused), (dying.Asked, replica.Asked.Count));
    }

    [Fact]
    public async Task Proxy_NobodyListens_SaysSoAndWhenToAskAgain()
    {
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [DyingReplica.Nobody(), DyingReplica.Nobody()]);
        using var answer = await service.Http.GetAsync("/api/v1/metrics", Cancel);
        await AssertUnavailableAsync(answer);
    }

    [Fact]
    public async Task Proxy_EveryReplicaDies_AsksAtMostAFifthMore()
    {
        const int Many = 100;
        await using var dying = new DyingReplica();
        await using var other = new DyingReplica();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [dying.Address, other.Address]);
        for (var i = 0; i < Many; i++) await AssertUnavailableAsync(await service.Http.GetAsync("/api/v1/metrics", Cancel));
        // 10 to begin with, and a fifth of those that were asked.
        Assert.InRange(dying.Asked + other.Asked, Many + 10, Many + 10 + (Many / 5));
    }

    [Fact]
    public async Task Proxy_AStreamOfEvents_ArrivesAsItIsSent()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var replica = await Replica.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [replica.Address]);
        using var answer = await service.Http.GetAsync("/api/v1/live", HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("data: 1", await reader.ReadLineAsync(Cancel));
        go.SetResult();
        Assert.Equal("\ndata: 2\n\n", await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Proxy_TheCallersTime_GoesOnAndEndsTheWorkOverThere()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var replica = await Replica.StartAsync(async context =>
        {
            await using var _ = context.RequestAborted.Register(ended.SetResult);
            await ended.Task;
        });
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [replica.Address]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/metrics");
        request.Headers.Add("X-PerfPlatform-Timeout", "500");
        await AssertUnavailableAsync(await service.Http.SendAsync(request, Cancel));
        await ended.Task.WaitAsync(Cancel);
        Assert.InRange(int.Parse(Assert.Single(replica.Asked).Left), 1, 500);
    }

    [Fact]
    public async Task TypedClient_AReplicaStandsStill_TheNextIsAskedInTime()
    {
        var clock = new FakeTimeProvider();
        await using var still = new DyingReplica(standsStill: true);
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [still.Address, replica.Address], b => b.Services.AddSingleton<TimeProvider>(clock));
        while (!still.First.Task.IsCompleted)
        {
            var answer = service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel);
            await Task.WhenAny(answer, still.First.Task);
            if (still.First.Task.IsCompleted) clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Empty((await answer.WaitAsync(Long, Cancel)).Items);
        }
    }

    [Fact]
    public async Task TypedClient_TheOnlyReplicaStandsStill_GivesUpInTime()
    {
        var clock = new FakeTimeProvider();
        await using var still = new DyingReplica(standsStill: true);
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [still.Address], b => b.Services.AddSingleton<TimeProvider>(clock));
        var answer = service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel);
        await still.First.Task.WaitAsync(Cancel);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(answer.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.WaitAsync(Long, Cancel));
    }

    [Fact]
    public async Task TypedClient_AReplicaCannotNow_TheOtherIsAsked()
    {
        await using var busy = await Replica.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var replica = await Replica.StartAsync();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [busy.Address, replica.Address]);
        for (var i = 0; i < 4; i++) Assert.Empty((await service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel)).Items);
        Assert.NotEmpty(busy.Asked);
    }

    [Fact]
    public async Task Name_WithSeveralAddresses_IsReachedAtThoseThatListen()
    {
        await using var replica = await Replica.StartAsync(host: "127.9.9.8");
        var address = new UriBuilder(replica.Address) { Host = "analysis.test" }.Uri;
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [address.ToString()], b => b.Services.AddSingleton(services => new ServiceDirectory(
            services.GetRequiredService<ServiceEndpointResolver>(), TimeProvider.System, services.GetRequiredService<ILogger<ServiceDirectory>>())
        {
            // Nobody listens at the first.
            LookUp = (_, _) => Task.FromResult(new[] { IPAddress.Parse("127.9.9.7"), IPAddress.Parse("127.9.9.8") }),
        }));
        for (var i = 0; i < Times; i++)
        {
            Assert.Empty((await service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel)).Items);
            Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/api/v1/metrics", Cancel)).StatusCode);
        }

        Assert.All(replica.Asked, asked => Assert.Equal(address.Authority, asked.Host));
    }

    [Fact]
    public async Task EachTry_IsASpanWithItsAddress_AndARefusalIsLoggedOnceWithIts()
    {
        var spans = new ConcurrentQueue<(object? Host, object? Port)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => spans.Enqueue((activity.GetTagItem("server.address"), activity.GetTagItem("server.port"))),
        };
        ActivitySource.AddActivityListener(listener);
        await using var replica = await Replica.StartAsync();
        var nobody = DyingReplica.Nobody();
        using var log = new Recorder();
        await using var service = await CallingService.StartAsync(ResourceNames.Analysis, [nobody, replica.Address], b => b.Logging.AddProvider(log));
        for (var i = 0; i < Times; i++) await service.Client<IMetricQueries>().MetricsAsync(null, 10, null, Cancel);
        Assert.All([nobody, replica.Address], address => Assert.Contains(((object?)"127.0.0.1", (object?)new Uri(address).Port), spans));
        Assert.Single(log.Lines, line => line.Contains(nobody, StringComparison.Ordinal) && line.StartsWith("Warning: analysis", StringComparison.Ordinal));
    }

    private static string[] WithNobody(Replica replica, bool first) =>
        first ? [DyingReplica.Nobody(), replica.Address] : [replica.Address, DyingReplica.Nobody()];

    private static async Task AssertUnavailableAsync(HttpResponseMessage answer)
    {
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
