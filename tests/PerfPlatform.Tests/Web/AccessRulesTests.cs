using Microsoft.Extensions.Configuration;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Keys;
using PerfPlatform.Web.Access.SignIn;
using PerfPlatform.Web.Access.Users;
using Xunit;

namespace PerfPlatform.Tests.Web;

public sealed class AccessRulesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(8, 8)]
    [InlineData(9, 15)]
    [InlineData(1_000_000, 15)]
    public void LockOut_AfterFailures_DoublesUpToFifteenMinutes(int failures, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), LockOut.After(failures));

    [Theory]
    [InlineData("/hosts?x=1#y", "/hosts?x=1#y")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("hosts", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public void ReturnAddress_OnlyPathsOfThisSite_AreFollowed(string? given, string followed) => Assert.Equal(followed, ReturnAddress.Local(given));

    [Theory]
    [InlineData("pp_abc_12345678", true)]
    [InlineData("pp__12345678", false)]
    [InlineData("pp_abc_1234567", false)]
    [InlineData("pp_abc", false)]
    [InlineData("abc_def_12345678", false)]
    [InlineData(null, false)]
    public void KeyMint_Id_IsReadFromKeysOnly(string? key, bool expected) => Assert.Equal(expected, KeyMint.TryGetId(key, out _));

    [Fact]
    public void KeyMint_ServiceKeys_DifferByNameAndSecret()
    {
        var (one, other) = (Mint(), Mint());
        Assert.Equal(one.ForService("agent"), one.ForService("agent"));
        Assert.NotEqual(one.ForService("agent"), one.ForService("probe"));
        Assert.NotEqual(one.ForService("agent"), other.ForService("agent"));
        Assert.True(KeyMint.TryGetId(one.ForService("agent"), out var id));
        Assert.Equal(16, id.Length);
    }

    [Fact]
    public void KeyMint_Create_NeverTheSameTwice()
    {
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => KeyMint.Create()).Distinct().Count());
    }

    [Theory]
    [InlineData("a.b-c_d@e", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("\u00e4", false)]
    public void UserRules_Name_IsPlainAscii(string name, bool allowed) => Assert.Equal(allowed, UserRules.NameError(name) is null);

    private static KeyMint Mint() => new(InstallationSecret.From(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [InstallationSecret.Setting] = InstallationSecret.Generate() }).Build()));
}
