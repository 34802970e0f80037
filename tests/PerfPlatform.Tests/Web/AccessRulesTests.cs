using System.Net;
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
    public void LockOut_AfterFailures_DoublesUpToFifteenMinutes(int failures, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), LockOut.OfName.After(failures));

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
    [InlineData("/\u2215evil.example", "/")]
    [InlineData("/a b", "/")]
    [InlineData("/a\u007f", "/")]
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
    [InlineData("eve\n", false)]
    [InlineData("\u00e4", false)]
    public void UserRules_Name_IsPlainAscii(string name, bool allowed) => Assert.Equal(allowed, UserRules.NameError(name) is null);

    [Fact]
    public void LockOut_Steps_AreTheLocksUpToTheLongest()
    {
        Assert.Equal([0, 0, 0, 0, 60, 120, 240, 480, 900], LockOut.OfName.Steps);
        Assert.Equal([.. Enumerable.Repeat(0.0, 19), 60], LockOut.OfAddress.Steps);
    }

    [Theory]
    [InlineData("correct horse battery staple", null, true)]
    [InlineData("a-good-password-1", "admin", true)]
    [InlineData("x7Kp2mQv9Lz4", "admin", true)]
    [InlineData("short words", null, false)]
    [InlineData("password1234", null, false)]
    [InlineData("P4ssw0rd!2026", null, false)]
    [InlineData("adminadmin123", null, false)]
    [InlineData("aaaaaaaaaaaa", null, false)]
    [InlineData("qwertyuiopas", null, false)]
    [InlineData("zyxwvutsrqpo", null, false)]
    [InlineData("1qaz2wsx3edc", null, false)]
    [InlineData("Summer-2026!!", null, false)]
    [InlineData("PerfPlatform1", null, false)]
    [InlineData("ababababababab", null, false)]
    [InlineData("viewer-password", "viewer", false)]
    [InlineData("jane.smith.2026", "jane.smith@example", false)]
    public void UserRules_Password_IsNoneThatIsTriedFirst(string password, string? name, bool allowed) => Assert.Equal(allowed, UserRules.PasswordError(password, name) is null);

    [Theory]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData(null, "unknown")]
    public void ClientNetwork_OfAnAddress_IsOneHousehold(string? address, string network) => Assert.Equal(network, ClientNetwork.Of(address is null ? null : IPAddress.Parse(address)));

    private static KeyMint Mint() => new(InstallationSecret.From(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [InstallationSecret.Setting] = InstallationSecret.Generate() }).Build()));
}
