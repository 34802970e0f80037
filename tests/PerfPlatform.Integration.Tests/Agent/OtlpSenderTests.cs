using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PerfPlatform.Agent.Buffer;
using PerfPlatform.Agent.Delivery;
using Xunit;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>What the sender makes of a server's answers.</summary>
public sealed class OtlpSenderTests
{
    private static readonly BufferedRequest[] Requests = [new(new byte[] { 0x0A, 0x00 }, 1), new(new byte[] { 0x0A, 0x00 }, 1)];

    [Theory]
    [InlineData(200, SendResult.Delivered)]
    [InlineData(202, SendResult.Delivered)]
    [InlineData(301, SendResult.TryLater)]
    [InlineData(400, SendResult.Refused)]
    [InlineData(401, SendResult.TryLater)]
    [InlineData(403, SendResult.TryLater)]
    [InlineData(404, SendResult.TryLater)]
    [InlineData(413, SendResult.TooLarge)]
    [InlineData(415, SendResult.Refused)]
    [InlineData(429, SendResult.TryLater)]
    [InlineData(500, SendResult.TryLater)]
    [InlineData(503, SendResult.TryLater)]
    internal async Task SendAsync_Status_DecidesWhatToDo(int status, SendResult expected)
    {
        var outcome = await SendAsync(context => context.Response.StatusCode = status);
        Assert.Equal(expected, outcome.Result);
        if (status >= 300)
            Assert.StartsWith(status.ToString(), outcome.Message);
    }

    [Fact]
    public async Task SendAsync_RetryAfter_IsHeardInBothForms()
    {
        var seconds = await SendAsync(context => (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "17"));
        Assert.Equal(TimeSpan.FromSeconds(17), seconds.RetryAfter);
        var date = TimeProvider.System.GetUtcNow().AddSeconds(100).ToString("R");
        var dated = await SendAsync(context => (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, date));
        Assert.InRange(dated.RetryAfter!.Value.TotalSeconds, 80, 100);
        Assert.Null((await SendAsync(context => context.Response.StatusCode = 503)).RetryAfter);
    }

    [Fact]
    public async Task SendAsync_PartialSuccess_TellsPointsAndReason()
    {
        // partial_success { rejected_data_points: 5, error_message: "no" }
        byte[] answer = [0x0A, 0x06, 0x08, 0x05, 0x12, 0x02, (byte)'n', (byte)'o'];
        var outcome = await SendAsync(context => context.Response.Body.WriteAsync(answer).AsTask());
        Assert.Equal((SendResult.Delivered, 5L, "no"), (outcome.Result, outcome.RejectedPoints, outcome.Message));
    }

    [Fact]
    public async Task SendAsync_ProblemDetails_AreInTheMessage()
    {
        var outcome = await SendAsync(context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync("""{"detail":"Send fewer labels."}""");
        });
        Assert.Contains("Send fewer labels.", outcome.Message);
    }

    [Fact]
    public async Task SendAsync_ServerCutsOff_IsForLater() => Assert.Equal(SendResult.TryLater, (await SendAsync(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    })).Result);

    [Fact]
    public async Task SendAsync_NobodyListens_IsForLater()
    {
        using var sender = new OtlpSender(new Uri("http://127.0.0.1:9"), () => null, "1", TimeProvider.System);
        Assert.Equal(SendResult.TryLater, (await sender.SendAsync(Requests, TestContext.Current.CancellationToken)).Result);
    }

    private static Task<SendOutcome> SendAsync(Action<HttpContext> answer) => SendAsync(context =>
    {
        answer(context);
        return Task.CompletedTask;
    });

    private static async Task<SendOutcome> SendAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapPost("/base/v1/metrics", answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var sender = new OtlpSender(new Uri(app.Urls.Single() + "/base/"), () => "key", "1.2.3", TimeProvider.System);
        return await sender.SendAsync(Requests, TestContext.Current.CancellationToken);
    }
}
