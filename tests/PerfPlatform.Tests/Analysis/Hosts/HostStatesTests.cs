using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Analysis.Hosts;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Tests.Contracts.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Hosts;

/// <summary>A host is silent when it has not sent for longer than it usually takes, whoever measures it.</summary>
public sealed class HostStatesTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly RecordedStore _store = new();
    private readonly FakeTimeProvider _time = new(s_now);
    private readonly HostStates _states;

    public HostStatesTests() => _states = new HostStates(_store, _time);

    [Theory]
    [InlineData("agent", 1, 29, false)]
    [InlineData("agent", 1, 31, true)]
    [InlineData("agent", 60, 45, false)]
    [InlineData("telegraf", 10, 29, false)]
    [InlineData("telegraf", 10, 45, true)]
    [InlineData("telegraf", 15, 45, true)]
    [InlineData("telegraf", 60, 45, false)]
    [InlineData("telegraf", 60, 149, false)]
    [InlineData("telegraf", 60, 151, true)]
    [InlineData("telegraf", 600, 1200, false)]
    public async Task Silent_SecondsSinceTheLastSample_FollowsTheHostsOwnInterval(string collector, int interval, int since, bool silent)
    {
        for (var i = 0; i < 20; i++) Add(collector, "web-1", since + (i * interval));
        Assert.Equal(silent, await IsSilentAsync("web-1"));
    }

    [Theory]
    [InlineData("agent", 45, true)]
    [InlineData("telegraf", 45, false)]
    [InlineData("telegraf", 151, true)]
    public async Task Silent_OfOneSample_FollowsWhatItsCollectorDoes(string collector, int since, bool silent)
    {
        Add(collector, "web-1", since);
        Assert.Equal(silent, await IsSilentAsync("web-1"));
    }

    [Fact]
    public async Task Silent_HostTakesAnotherInterval_IsLearnedAgain()
    {
        for (var i = 0; i < 20; i++) Add("telegraf", "web-1", 45 + (i * 60));
        Assert.False(await IsSilentAsync("web-1"));
        _time.Advance(TimeSpan.FromMinutes(6));
        for (var i = 0; i < 20; i++) Add("telegraf", "web-1", 45 + (i * 10) - 360);
        Assert.True(await IsSilentAsync("web-1"));
    }

    [Fact]
    public async Task Silent_MoreHostsThanAreLearnedAtATime_AreAllLearned()
    {
        for (var host = 0; host < 100; host++)
        {
            for (var i = 0; i < 9; i++) Add("telegraf", $"web-{host}", 45 + (i * 10));
        }

        await _states.ListAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(100, (await _states.ListAsync(TestContext.Current.CancellationToken)).Count(h => h.Silent));
        var asked = _store.Asked.Count(q => q.Step is null);

        // What has not sent since is not asked about again.
        _time.Advance(TimeSpan.FromMinutes(10));
        await _states.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(asked, _store.Asked.Count(q => q.Step is null));
    }

    public void Dispose() => _states.Dispose();

    private void Add(string collector, string host, int secondsAgo) => _store.Add(
        collector == "agent" ? "system.cpu.utilization" : "mem_total",
        LabelSet.Of((collector == "agent" ? "host.name" : "host", host)),
        s_now.AddSeconds(-secondsAgo).ToUnixTimeMilliseconds(),
        1);

    private async Task<bool> IsSilentAsync(string host) => (await _states.ListAsync(TestContext.Current.CancellationToken)).Single(h => h.Name == host).Silent;
}
