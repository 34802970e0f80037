using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PerfPlatform.Tests.Agent.Otlp;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>An OTLP/HTTP server that decodes what arrives with the plain reference reader. Its status can be set; it can go away and come back on the same port.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<DecodedPoint> _points = [];
    private readonly List<string> _requests = [];
    private readonly HashSet<string> _histograms = [];
    private readonly List<string> _traceParents = [];
    private readonly List<string> _traces = [];
    private readonly List<string> _logs = [];
    private WebApplication? _app;

    /// <summary>Zero until started the first time; then always the same.</summary>
    public int Port { get; private set; }

    public string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>What is answered; points of other answers than 200 are not kept.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public IReadOnlyList<DecodedPoint> Points
    {
        get
        {
            lock (_gate)
                return [.. _points];
        }
    }

    public IReadOnlyCollection<string> HistogramNames
    {
        get
        {
            lock (_gate)
                return [.. _histograms];
        }
    }

    /// <summary>Content type, encoding, credentials and answer of each request.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
                return [.. _requests];
        }
    }

    /// <summary>The trace of each request with metrics, in W3C's form; empty without one.</summary>
    public IReadOnlyList<string> TraceParents => Copy(_traceParents);

    /// <summary>Requests with traces: Latin-1, so that the text and the bytes of ids in them can be looked for.</summary>
    public IReadOnlyList<string> Traces => Copy(_traces);

    /// <summary>Requests with log records, the same.</summary>
    public IReadOnlyList<string> Logs => Copy(_logs);

    public static async Task<OtlpReceiver> StartNewAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.StartAsync();
        return receiver;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, Port));
        _app = builder.Build();
        _app.MapPost("/v1/metrics", ReceiveAsync);
        _app.MapPost("/v1/traces", request => KeepAsync(request, _traces));
        _app.MapPost("/v1/logs", request => KeepAsync(request, _logs));
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    public async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>The points of a metric in the order they came.</summary>
    public List<DecodedPoint> Of(string metric) => [.. Points.Where(point => point.Metric == metric)];

    /// <summary>Waits until something has arrived.</summary>
    public Task UntilAsync(Func<OtlpReceiver, bool> reached, int seconds = 60) =>
        Wait.ForAsync("what is waited for", () => reached(this), TimeSpan.FromSeconds(seconds), () => $"{Points.Count} points, last requests {string.Join("; ", Requests.TakeLast(3))}");

    public async ValueTask DisposeAsync() => await StopAsync();

    private List<string> Copy(List<string> kept)
    {
        lock (_gate)
            return [.. kept];
    }

    private async Task KeepAsync(HttpContext context, List<string> kept)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (_gate)
            kept.Add(System.Text.Encoding.Latin1.GetString(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding == "gzip")
        {
            await using var gzip = new GZipStream(request.Body, CompressionMode.Decompress);
            await gzip.CopyToAsync(body);
        }
        else
        {
            await request.Body.CopyToAsync(body);
        }

        var points = DecodedPoint.ReadAll(body.ToArray());
        lock (_gate)
        {
            _histograms.UnionWith(DecodedPoint.HistogramNames(body.ToArray()));
            _traceParents.Add(request.Headers.TraceParent.ToString());
            _requests.Add($"{request.ContentType} {encoding} {request.Headers.Authorization} -> {Status}");
            if (Status == StatusCodes.Status200OK)
                _points.AddRange(points);
        }

        return Status == StatusCodes.Status200OK ? Results.Bytes([], "application/x-protobuf") : Results.StatusCode(Status);
    }
}
