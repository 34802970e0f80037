using System.Diagnostics;
using System.Net;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>A server's process: its last lines for error texts, its readiness, its end by SIGTERM.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    // The last lines, for the error text. Bounded by MaxLines.
    private const int MaxLines = 40;
    private readonly Queue<string> _lines = new();
    private readonly string _name;
    private readonly Process _process;
    private bool _disposed;

    public ChildProcess(string name, ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _name = name;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start.");
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Returns when an address answers 200 with a text that is wanted.</summary>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    /// <exception cref="TimeoutException">It is not ready after three minutes.</exception>
    public async Task ReadyAsync(Uri address, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"{_name} ended with {_process.ExitCode}:\n{Lines()}");
            try
            {
                using var answer = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK && wanted(await answer.Content.ReadAsStringAsync(cancellationToken))) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            if (clock.Elapsed > StartLimit) throw new TimeoutException($"{_name} was not ready within {StartLimit.TotalSeconds} s:\n{Lines()}");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>As a crash: kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
            await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null) return;
        lock (_lines)
        {
            _lines.Enqueue(e.Data);
            if (_lines.Count > MaxLines) _lines.Dequeue();
        }
    }

    private string Lines()
    {
        lock (_lines) return string.Join('\n', _lines);
    }
}
