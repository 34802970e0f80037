using PerfPlatform.TestServers;
using Xunit;

namespace PerfPlatform.Tests.Benchmarks;

public sealed class SmallDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("small-disk").FullName;

    private string Mounted => Path.Combine(_folder, "disk");

    [Fact]
    public void Fill_NothingMoreIsWritten_UntilItIsEmptied()
    {
        if (SmallDisk.TryMount(Mounted, 8 << 20) is not { } disk) return; // only an administrator may
        File.WriteAllBytes(Path.Combine(Mounted, "before"), new byte[100_000]);

        disk.Fill();

        Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(Mounted, "full"), new byte[100_000]));
        disk.Empty();
        File.WriteAllBytes(Path.Combine(Mounted, "after"), new byte[100_000]);
        Assert.Equal(100_000, new FileInfo(Path.Combine(Mounted, "before")).Length);
    }

    [Fact]
    public void Release_TheFolderBelowIsAsItWas()
    {
        if (SmallDisk.TryMount(Mounted, 1 << 20) is null) return;
        File.WriteAllText(Path.Combine(Mounted, "gone"), "");

        SmallDisk.Release(_folder);

        Assert.Empty(Directory.GetFiles(Mounted));
    }

    public void Dispose()
    {
        SmallDisk.Release(_folder);
        Directory.Delete(_folder, recursive: true);
    }
}
