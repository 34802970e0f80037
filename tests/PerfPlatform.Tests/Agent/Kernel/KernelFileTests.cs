using PerfPlatform.Agent.Kernel;
using Xunit;

namespace PerfPlatform.Tests.Agent.Kernel;

/// <summary>Reading a file again and again.</summary>
public sealed class KernelFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Read_FileThatGrowsAndShrinks_TellsItAsItIs()
    {
        using var file = new KernelFile(_path);
        foreach (var size in new[] { 10, 100_000, 5, 0, 4096, 4097 })
        {
            // Written in place: the agent keeps the file open.
            using (var stream = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                stream.SetLength(0);
                stream.Write(new byte[size]);
            }

            Assert.Equal(size, file.Read().Length);
        }
    }

    [Fact]
    public void Read_ThatIsNotThere_Throws()
    {
        using var file = new KernelFile(_path + ".none");
        Assert.False(file.Exists);
        Assert.ThrowsAny<IOException>(() => file.Read().Length);
    }

    public void Dispose() => File.Delete(_path);
}
