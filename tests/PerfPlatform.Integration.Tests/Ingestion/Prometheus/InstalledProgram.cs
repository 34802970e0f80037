using System.Collections.Concurrent;
using System.Diagnostics;

namespace PerfPlatform.Integration.Tests.Ingestion.Prometheus;

/// <summary>A program of the system's packages that runs until it is disposed.</summary>
internal sealed class InstalledProgram : IAsyncDisposable
{
    private const int MostLines = 200;

    private readonly Process _process;

    // Bounded by MostLines: the newest are kept for what a failed test says.
    private readonly ConcurrentQueue<string> _lines = new();

    private bool _disposed;

    private InstalledProgram(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Starts a program and waits until it answers.</summary>
    /// <param name="name">The program, which is named after its package.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="ready">The path that answers when it is ready.</param>
    /// <param name="client">Asks.</param>
    /// <param name="arguments">The program's arguments.</param>
    public static async Task<InstalledProgram> StartAsync(string name, int port, string ready, HttpClient client, params IEnumerable<string> arguments)
    {
        var file = $"/usr/bin/{name}";
        if (!File.Exists(file)) throw new InvalidOperationException($"The package {name} is not installed: ./test.sh installs it.");
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var program = new InstalledProgram(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await program.AnswersAsync(client, ready);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task AnswersAsync(HttpClient client, string path)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited || started.Elapsed > TimeSpan.FromSeconds(60)) throw new InvalidOperationException($"{_process.StartInfo.FileName} did not answer:\n{string.Join('\n', _lines)}");
            try
            {
                using var answer = await client.GetAsync(new Uri(Address, path));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        _lines.Enqueue(line.Data);
        if (_lines.Count > MostLines) _lines.TryDequeue(out _);
    }
}
