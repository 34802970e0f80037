using System.Runtime.InteropServices;
using PerfPlatform.Client;
using PerfPlatform.Client.Example;
using PerfPlatform.Client.Metrics;

if (args.Contains("--help"))
{
    Console.WriteLine(ExampleOptions.Usage);
    return 0;
}

ExampleOptions options;
try
{
    options = ExampleOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

using var stop = options.Duration is { } duration ? new CancellationTokenSource(duration) : new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var client = new PerfPlatformClient(
    new PerfPlatformOptions { Endpoint = options.Endpoint, ApiKey = options.Key, ServiceName = "document-processor", RulesAddress = options.Rules }, "System.Runtime");
var processor = new DocumentProcessor(client.Processing, options.Rate);

// A metric of the application's own, with a threshold.
var backlog = new CustomPerformanceMetric("documents.backlog", () => processor.Waiting, threshold: 40)
{
    Unit = "{document}",
    Description = "Documents between intake and index.",
    Minimum = 0,
};
var validation = backlog.Validate(testData: [0, 12, 55]);
Console.WriteLine($"documents.backlog: {validation}");
if (!validation.IsValid)
    return 1;
client.Register(backlog);

Console.WriteLine($"sending to {options.Endpoint}; {(options.Duration is null ? "Ctrl-C ends it" : $"for {options.Duration.Value.TotalSeconds} s")}");
await processor.RunAsync(stop.Token);
var sent = client.Flush(TimeSpan.FromSeconds(5));
Console.WriteLine(sent ? "done" : $"done, but {options.Endpoint} did not take the last metrics");
if (client.LastRuleError is { } error)
    Console.Error.WriteLine("the alert rule was not published: " + error);
return sent ? 0 : 1;
