using Microsoft.Extensions.Configuration;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class SecretSealTests
{
    [Fact]
    public void Open_ByManyThreadsAtOnce_ComesBackEachTime()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [InstallationSecret.Setting] = InstallationSecret.Generate() }).Build();
        var seal = InstallationSecret.From(settings).Seal("test");
        var failed = 0;
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var secret = $"secret {i}";
            if (seal.Open(seal.Close(secret)) != secret) Interlocked.Increment(ref failed);
        });
        Assert.Equal(0, failed);
    }
}
