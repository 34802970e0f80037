using System.Text;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.ServiceDefaults;
using RabbitMQ.Client;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>What is written beside a message that could not be handled, and read again.</summary>
public sealed class DeadLetterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 10, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void Read_OfMarked_TellsWhereItWasAndWhy()
    {
        var body = SampleMessageCodec.Encode(new SamplesIngested { Partition = 3, Batches = [[1, 2], [3]] });
        var letter = DeadLetter.Read(OverTheBroker(DeadLetter.Mark(Samples(), "perfplatform.samples.3", "It is no batch.\nAnd a second line.", Now)), body);
        Assert.Equal(new DeadLetter(letter.Id, "perfplatform.samples.3", "It is no batch.", Now, 1, "SamplesIngested", body.Length, 3, 2), letter);
        Assert.Equal(32, letter.Id.Length);
    }

    [Fact]
    public void Mark_MessageWithProperties_KeepsThemAndWhatIsAboutItsQueueGoes()
    {
        var message = Samples();
        (message.MessageId, message.Expiration, message.DeliveryMode) = ("m1", "1000", DeliveryModes.Transient);
        message.Headers = new Dictionary<string, object?> { ["traceparent"] = "00-1"u8.ToArray(), ["x-delivery-count"] = 7L };
        var marked = DeadLetter.Mark(message, "q", "r", Now);
        Assert.Equal("application/vnd.perfplatform.samples", marked.ContentType);
        Assert.Equal("m1", marked.MessageId);
        Assert.Equal("00-1"u8.ToArray(), marked.Headers!["traceparent"]);
        Assert.True(marked.Persistent);
        Assert.False(marked.IsExpirationPresent());
        Assert.DoesNotContain("x-delivery-count", marked.Headers.Keys);
        // What came is left as it is.
        Assert.Equal(2, message.Headers.Count);
    }

    [Fact]
    public void Unmark_SentAgainAndFailedAgain_IsAnotherLetterThatCountsBoth()
    {
        var first = OverTheBroker(DeadLetter.Mark(Samples(), "q", "r", Now));
        var again = DeadLetter.Unmark(first);
        Assert.Equal(["perfplatform-dead-letter-failures"], again.Headers!.Keys);
        var second = DeadLetter.Read(OverTheBroker(DeadLetter.Mark(OverTheBroker(again), "q", "r", Now.AddMinutes(1))), []);
        Assert.Equal(2, second.Failures);
        Assert.Equal(Now.AddMinutes(1), second.FailedAt);
        Assert.NotEqual(DeadLetter.Read(first, []).Id, second.Id);
    }

    [Theory]
    [InlineData("""{"messageId":"1","messageType":["urn:message:PerfPlatform.Contracts.Messages:AlertRulesChanged","urn:message:Other"],"message":{}}""", "AlertRulesChanged")]
    [InlineData("""{"messageType":[]}""", "application/json")]
    [InlineData("""{"messageType":7}""", "application/json")]
    [InlineData("[1]", "application/json")]
    [InlineData("nonsense", "application/json")]
    [InlineData("""{"messageType":["a""", "application/json")]
    [InlineData("", "application/json")]
    public void Read_MessageType_IsThatOfTheEnvelopeElseTheContentType(string body, string expected)
    {
        var letter = DeadLetter.Read(new BasicProperties { ContentType = "application/json" }, Encoding.UTF8.GetBytes(body));
        Assert.Equal(expected, letter.MessageType);
    }

    [Fact]
    public void Read_SamplesThatAreNoMessage_HasNoPartition()
    {
        var letter = DeadLetter.Read(Samples(), "nonsense"u8);
        Assert.Equal(("SamplesIngested", null, null), (letter.MessageType, letter.Partition, letter.Batches));
    }

    [Fact]
    public void Read_PutThereBySomebodyElse_HasAnIdByWhatItHoldsAndNoQueue()
    {
        var (one, same, other) = (DeadLetter.Read(new BasicProperties(), "a"u8), DeadLetter.Read(new BasicProperties(), "a"u8), DeadLetter.Read(new BasicProperties(), "b"u8));
        Assert.Equal(one.Id, same.Id);
        Assert.NotEqual(one.Id, other.Id);
        Assert.Equal(("", 0, "unknown", DateTimeOffset.UnixEpoch), (one.Queue, one.Failures, one.MessageType, one.FailedAt));
    }

    [Fact]
    public void Mark_LongReason_IsCut() =>
        Assert.Equal(DeadLetter.LongestReason + 1, DeadLetter.Read(DeadLetter.Mark(Samples(), "q", new string('x', 5000), Now), []).Reason.Length);

    private static BasicProperties Samples() => new() { ContentType = "application/vnd.perfplatform.samples" };

    // Text comes back as bytes.
    private static BasicProperties OverTheBroker(BasicProperties properties) => new(properties)
    {
        Headers = properties.Headers!.ToDictionary(h => h.Key, h => h.Value is string text ? Encoding.UTF8.GetBytes(text) : h.Value),
    };
}
