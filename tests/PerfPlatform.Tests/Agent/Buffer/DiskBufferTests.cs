using System.Text;
using FsCheck.Xunit;
using PerfPlatform.Agent.Buffer;
using Xunit;

namespace PerfPlatform.Tests.Agent.Buffer;

/// <summary>The disk buffer: order, bound, restart, damage.</summary>
public sealed class DiskBufferTests : IDisposable
{
    private const int Large = 700_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("buffer").FullName;
    private long _dropped;

    [Fact]
    public void Append_ThenPeek_IsInOrderAndStaysUntilAcknowledged()
    {
        using var buffer = Open();
        for (var i = 0; i < 10; i++)
            buffer.Append(Request(i), i);
        Assert.Equal(45, buffer.Points);
        Assert.Equal([0, 1, 2, 3], Numbers(buffer.Peek(4, int.MaxValue)));
        var batch = buffer.Peek(4, int.MaxValue);
        Assert.Equal([0, 1, 2, 3], Numbers(batch));
        buffer.Acknowledge(batch);
        Assert.Equal([4, 5, 6, 7, 8, 9], Drain(buffer));
        Assert.True(buffer.IsEmpty);
        Assert.Equal((0L, 0L), (buffer.Bytes, buffer.Points));
        Assert.Equal(["lock"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Property(MaxTest = 30)]
    public void Append_AnySizesOverRestarts_LosesNothing(ushort[] sizes)
    {
        var folder = Directory.CreateTempSubdirectory("buffer").FullName;
        try
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                using var buffer = new DiskBuffer(folder, long.MaxValue, points => _dropped += points);
                buffer.Append([.. Request(i), .. new byte[sizes[i]]], 1);
            }

            using var last = new DiskBuffer(folder, long.MaxValue, points => _dropped += points);
            Assert.Equal(sizes.Length, last.Points);
            Assert.Equal(Enumerable.Range(0, sizes.Length), Drain(last));
            Assert.Equal(0, _dropped);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Append_BeyondTheBound_DropsTheOldestAndCounts()
    {
        using var buffer = Open(3 * 1024 * 1024);
        for (var i = 0; i < 12; i++)
            buffer.Append(Incompressible(i), 10);
        Assert.InRange(buffer.Bytes, 1, 3 * 1024 * 1024);
        Assert.Equal(Directory.GetFiles(_folder, "*.otlp").Sum(file => new FileInfo(file).Length), buffer.Bytes);
        var left = Drain(buffer);
        Assert.Equal(Enumerable.Range(12 - left.Count, left.Count), left);
        Assert.Equal((12 - left.Count) * 10, _dropped);
        Assert.NotEqual(0, _dropped);
    }

    [Fact]
    public void Acknowledge_FileDroppedMeanwhile_LosesNoNewerRequest()
    {
        using var buffer = Open(2 * 1024 * 1024);
        buffer.Append(Incompressible(0), 1);
        var batch = buffer.Peek(1, int.MaxValue);
        for (var i = 1; i < 4; i++)
            buffer.Append(Incompressible(i), 1);
        buffer.Acknowledge(batch);
        Assert.Equal(3, Drain(buffer)[^1]);
    }

    [Fact]
    public void Open_TornLastRecord_KeepsWhatIsWhole()
    {
        using (var buffer = Open())
        {
            for (var i = 0; i < 5; i++)
                buffer.Append(Request(i), 1);
        }

        var file = Directory.GetFiles(_folder, "*.otlp").Single();
        foreach (var cut in new[] { 1, 9 })
        {
            using (var stream = new FileStream(file, FileMode.Open))
                stream.SetLength(stream.Length - cut);
            using var again = Open();
            Assert.Equal(1, again.TornFiles);
            Assert.Equal(cut == 1 ? [0, 1, 2, 3] : [0, 1, 2], Numbers(again.Peek(99, int.MaxValue)));
        }
    }

    [Fact]
    public void Open_AnyByteChanged_NeverGivesAWrongRequest()
    {
        using (var buffer = Open())
        {
            for (var i = 0; i < 3; i++)
                buffer.Append(Request(i), 1);
        }

        var file = Directory.GetFiles(_folder, "*.otlp").Single();
        var whole = File.ReadAllBytes(file);
        for (var at = 0; at < whole.Length; at++)
        {
            var broken = whole.ToArray();
            broken[at] ^= 0x10;
            File.WriteAllBytes(file, broken);
            using (var buffer = Open())
            {
                var read = Drain(buffer);
                Assert.True(read.Count < 3, $"byte {at} changed unnoticed");
                Assert.Equal(Enumerable.Range(0, read.Count), read);
            }

            foreach (var left in Directory.GetFiles(_folder, "*.otlp"))
                File.Delete(left);
        }
    }

    [Fact]
    public void Prepend_BeforeOthers_ComesFirstAlsoAfterARestart()
    {
        using (var buffer = Open())
        {
            buffer.Append(Request(2), 1);
            buffer.Append(Request(3), 1);
            buffer.Prepend([new BufferedRequest(Request(0), 1), new BufferedRequest(Request(1), 1)]);
            buffer.Append(Request(4), 1);
        }

        using var again = Open();
        Assert.Equal([0, 1, 2, 3, 4], Drain(again));
    }

    [Fact]
    public void Append_FilesTakenAway_GoesOnWithANewFile()
    {
        using var buffer = Open();
        buffer.Append(Request(0), 7);
        File.Delete(Directory.GetFiles(_folder, "*.otlp").Single());
        Assert.Throws<FileNotFoundException>(() => buffer.Append(Request(1), 1));
        buffer.Append(Request(2), 1);
        Assert.Equal([2], Drain(buffer));
        Assert.Equal(7, _dropped);
        Assert.Equal(0, buffer.Bytes);
    }

    [Fact]
    public void Open_FolderInUse_Throws()
    {
        using var buffer = Open();
        Assert.Throws<IOException>(() => Open());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private DiskBuffer Open(long bytes = long.MaxValue) => new(_folder, bytes, points => _dropped += points);

    private static byte[] Request(int number) => Encoding.ASCII.GetBytes($"{number:D8}");

    private static byte[] Incompressible(int number)
    {
        var bytes = new byte[Large];
        new Random(number).NextBytes(bytes);
        Request(number).CopyTo(bytes, 0);
        return bytes;
    }

    private static List<int> Numbers(DiskBatch batch) => [.. batch.Requests.Select(request => int.Parse(Encoding.ASCII.GetString(request.Bytes.Span[..8])))];

    private static List<int> Drain(DiskBuffer buffer)
    {
        var numbers = new List<int>();
        while (buffer.Peek(3, int.MaxValue) is { Requests.Count: > 0 } batch)
        {
            numbers.AddRange(Numbers(batch));
            buffer.Acknowledge(batch);
        }

        return numbers;
    }
}
