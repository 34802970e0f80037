using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class ServiceTokensTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Validate_FreshToken_HasSubjectAndScopes()
    {
        var tokens = new ServiceTokens(Secret(1), _clock);
        var identity = await tokens.ValidateAsync(tokens.Issue("ada", ["read", "write"]));
        Assert.NotNull(identity);
        Assert.Equal("ada", identity.Name);
        Assert.Equal(["read", "write"], identity.FindAll("scope").Select(c => c.Value));
        Assert.True(identity.IsAuthenticated);
    }

    [Fact]
    public async Task Validate_AfterItsMinute_IsRefused()
    {
        var tokens = new ServiceTokens(Secret(1), _clock);
        var token = tokens.Issue("ada", ["read"]);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await tokens.ValidateAsync(token));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Null(await tokens.ValidateAsync(token));
    }

    [Fact]
    public async Task Validate_TokenOfAnotherInstallation_IsRefused()
    {
        var token = new ServiceTokens(Secret(2), _clock).Issue("ada", ["read"]);
        Assert.Null(await new ServiceTokens(Secret(1), _clock).ValidateAsync(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEiLCJzY29wZSI6ImFkbWluIn0.")]
    public async Task Validate_NoToken_IsRefused(string token) => Assert.Null(await new ServiceTokens(Secret(1), _clock).ValidateAsync(token));

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("c2hvcnQ=", "at least 32 bytes")]
    [InlineData("not base64!", "at least 32 bytes")]
    public void Secret_Unusable_SaysWhatToChange(string? value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(InstallationSecret.Setting, value)]).Build();
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => InstallationSecret.From(configuration)).Message);
    }

    private static InstallationSecret Secret(byte fill) => InstallationSecret.From(new ConfigurationBuilder()
        .AddInMemoryCollection([new(InstallationSecret.Setting, Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()))]).Build());
}
