using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Tests.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Series;

public sealed class FingerprintTests
{
    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Of_AnySeries_EqualsTheReference(SeriesDescriptor series) => Assert.Equal(Reference(series), series.Fingerprint);

    // Written down so that no later change of code or library can move the identity of stored series.
    [Theory]
    [InlineData("up", "", "03fae6ee53d14ac5b6eafe0d84149a43")]
    [InlineData("system.cpu.utilization", "host.name=web-1;cpu=0", "59366d56be9235b49257e80cb14241e2")]
    [InlineData("größe", "Zone=a;日本=東京;empty=", "06b9b5c0c0a339e59d31b2c9fe52a4f8")]
    public void Of_KnownSeries_IsTheSameForEver(string metric, string labels, string expected)
    {
        var set = LabelSet.From(labels.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=')).Select(l => new Label(l[0], l[1])));
        Assert.Equal(expected, Fingerprint.Of(MetricName.Parse(metric), set).ToString());
    }

    [Fact]
    public void Of_ValuesLongerThanTheStackBuffer_EqualsTheReference()
    {
        var series = SeriesDescriptor.Of("m", LabelSet.Of(("a", new string('ß', 5000))));
        Assert.Equal(Reference(series), series.Fingerprint);
    }

    [Fact]
    public void Of_TextMovedBetweenNameAndValue_Differs() =>
        Assert.NotEqual(SeriesDescriptor.Of("m", LabelSet.Of(("ab", "c"))).Fingerprint, SeriesDescriptor.Of("m", LabelSet.Of(("a", "bc"))).Fingerprint);

    [Property]
    public void Partition_AnyBits_IsTheRemainder(ulong high, ulong low, PositiveInt partitions)
    {
        var expected = (new BigInteger(high) * BigInteger.Pow(2, 64) + low) % partitions.Get;
        Assert.Equal((int)expected, new Fingerprint(high, low).Partition(partitions.Get));
    }

    [Property]
    public void TextAndBytes_AnyBits_ComeBack(ulong high, ulong low)
    {
        var fingerprint = new Fingerprint(high, low);
        Assert.Equal(fingerprint, Fingerprint.Read(fingerprint.ToBytes()));
        Assert.True(Fingerprint.TryParse(fingerprint.ToString(), out var parsed));
        Assert.Equal(fingerprint, parsed);
        Assert.Equal(Convert.ToHexStringLower(fingerprint.ToBytes()), fingerprint.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData(" 123456789abcdef0123456789abcdef")]
    public void TryParse_OtherText_SaysNo(string? text) => Assert.False(Fingerprint.TryParse(text, out _));

    /// <summary>As the contract says it, slowly: all pairs sorted, each text as a little-endian int32 length and its bytes, one hash over the lot.</summary>
    private static Fingerprint Reference(SeriesDescriptor series)
    {
        var bytes = new List<byte>();
        var pairs = series.Labels.Append(new Label("__name__", series.Metric.Value)).OrderBy(l => l.Name, StringComparer.Ordinal);
        foreach (var text in pairs.SelectMany(l => new[] { l.Name, l.Value }))
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
            bytes.AddRange(length);
            bytes.AddRange(utf8);
        }

        return Fingerprint.Read(XxHash128.Hash(bytes.ToArray()));
    }
}

/// <summary>Any series, for FsCheck.</summary>
public static class SeriesArbitraries
{
    public static Arbitrary<SeriesDescriptor> Series() => BatchGenerators.AnyDescriptor().ToArbitrary();

    public static Arbitrary<LabelSet> Labels() => BatchGenerators.AnyLabels().ToArbitrary();
}
