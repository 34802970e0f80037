using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Machine;

/// <summary>The machine against its reference, and its corner cases by name.</summary>
public sealed class AlertMachineTests
{
    private static readonly AlertConditions s_conditions = new(Comparison.Greater, 8, 5, 10, 5);

    [Property(MaxTest = 2000)]
    public Property Step_AnyHistory_IsWhatTheReferenceSays(int forSeed, int keepSeed, bool downward, (byte Apart, byte Value, bool Stale)[] history)
    {
        var (hold, keep) = (Math.Abs(forSeed % 6), Math.Abs(keepSeed % 6));
        var conditions = downward ? new AlertConditions(Comparison.LessOrEqual, 3, 6, hold, keep) : new AlertConditions(Comparison.Greater, 6, 3, hold, keep);
        var reference = new ReferenceMachine(conditions);
        var status = default(AlertStatus);
        long now = 1000;
        var expected = new List<AlertTransition>();
        var actual = new List<AlertTransition>();
        foreach (var (apart, seed, stale) in history)
        {
            now += apart % 4;
            var value = seed % 11 == 10 ? double.NaN : seed % 11;
            expected.Add(reference.Step(now, value, stale));
            actual.Add(AlertMachine.Step(ref status, conditions, now, value, stale));
            if (status.Phase != reference.Phase) break;
        }

        return expected.SequenceEqual(actual).Label($"expected {string.Join(' ', expected)}, was {string.Join(' ', actual)}");
    }

    [Fact]
    public void Step_ValueBetweenThresholdAndResolveThreshold_GoesOnFiring()
    {
        var status = Firing();
        Assert.Equal(AlertTransition.None, AlertMachine.Step(ref status, s_conditions, 20, 6, false));
        Assert.Equal(AlertPhase.Firing, status.Phase);
    }

    [Fact]
    public void Step_ClearForLessThanKeepFiringFor_GoesOnFiring()
    {
        var status = Firing();
        Assert.Equal(AlertTransition.None, AlertMachine.Step(ref status, s_conditions, 20, 1, false));
        Assert.Equal(AlertTransition.None, AlertMachine.Step(ref status, s_conditions, 24, 1, false));
        Assert.Equal(AlertTransition.Resolved, AlertMachine.Step(ref status, s_conditions, 25, 1, false));
    }

    [Fact]
    public void Step_DataGoneWhileFiring_IsUnknownAndNeverResolved()
    {
        var status = Firing();
        Assert.Equal(AlertTransition.None, AlertMachine.Step(ref status, s_conditions, 20, double.NaN, false));
        Assert.Equal(AlertTransition.WentUnknown, AlertMachine.Step(ref status, s_conditions, 400, double.NaN, true));
        Assert.Equal(AlertTransition.None, AlertMachine.Step(ref status, s_conditions, 90_000, double.NaN, true));
        Assert.Equal(AlertTransition.CameBack, AlertMachine.Step(ref status, s_conditions, 90_001, 9, false));
        Assert.Equal(10, status.FiringSince);
    }

    [Fact]
    public void Step_NoFor_FiresAtOnce()
    {
        var status = default(AlertStatus);
        Assert.Equal(AlertTransition.Fired, AlertMachine.Step(ref status, s_conditions with { For = 0 }, 7, 9, false));
        Assert.Equal((7, 7), (status.PendingSince, status.FiringSince));
    }

    [Fact]
    public void Step_AThousandTimes_AllocatesNothing()
    {
        var status = Firing();
        AlertMachine.Step(ref status, s_conditions, 20, 9, false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) AlertMachine.Step(ref status, s_conditions, 20 + i, i % 12, false);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static AlertStatus Firing()
    {
        var status = default(AlertStatus);
        AlertMachine.Step(ref status, s_conditions, 0 + 1, 9, false);
        AlertMachine.Step(ref status, s_conditions with { For = 9 }, 10, 9, false);
        Assert.Equal(AlertPhase.Firing, status.Phase);
        return status;
    }
}
