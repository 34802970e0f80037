using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Leases;

public sealed class LeasePlanTests
{
    [Fact]
    public void Of_FirstAndAlone_TakesAll() => Assert.Equal([LeaseStep.Take, LeaseStep.Take, LeaseStep.Take], LeasePlan.Of(View(["a"]), "a", [0, 0, 0]));

    [Fact]
    public void Of_NotAMemberYet_TakesNothingThatAnotherHas() =>
        Assert.Equal([LeaseStep.Leave, LeaseStep.Leave], LeasePlan.Of(View(["a"], ("a", 1, false), ("a", 1, false)), "b", [0, 0]));

    [Fact]
    public void Of_AnotherComes_GivesBackWhatIsMoreThanItsShare() =>
        Assert.Equal([LeaseStep.Keep, LeaseStep.Keep, LeaseStep.GiveBack], LeasePlan.Of(View(["a", "b"], ("a", 1, false), ("a", 1, false), ("a", 1, false)), "a", [1, 1, 1]));

    [Fact]
    public void Of_GivenBack_TakesIt() =>
        Assert.Equal([LeaseStep.Leave, LeaseStep.Leave, LeaseStep.Take], LeasePlan.Of(View(["a", "b"], ("a", 1, false), ("a", 1, false), ("a", 1, true)), "b", [0, 0, 0]));

    [Fact]
    public void Of_OwnerDied_TakesItsShareBeforeTheTimeIsOver() =>
        Assert.Equal([LeaseStep.Take, LeaseStep.Keep], LeasePlan.Of(View(["!a", "b"], ("a", 4, false), ("b", 2, false)), "b", [0, 2]));

    [Fact]
    public void Of_TakenMeanwhile_LeavesIt() =>
        Assert.Equal([LeaseStep.Leave, LeaseStep.Keep], LeasePlan.Of(View(["a", "b"], ("b", 8, false), ("a", 3, false)), "a", [7, 3]));

    [Fact]
    public void Of_ItsOwnInDoubt_TakesItAnew() =>
        Assert.Equal([LeaseStep.Take, LeaseStep.Keep], LeasePlan.Of(View(["a"], ("a", 7, false), ("a", 3, false)), "a", [0, 3]));

    [Fact]
    public void Of_OverButNobodyTookIt_GoesOn() => Assert.Equal([LeaseStep.Keep], LeasePlan.Of(View(["a"], ("a", 7, true)), "a", [7]));

    [Fact]
    public void Of_OwnerOfAnotherVersion_WaitsForItsTime()
    {
        Assert.Equal([LeaseStep.Leave], LeasePlan.Of(View(["a"], ("old", 7, false)), "a", [0]));
        Assert.Equal([LeaseStep.Take], LeasePlan.Of(View(["a"], ("old", 7, true)), "a", [0]));
    }

    [Fact]
    public void Of_MorePartitionsThanOne_OnlyOneLeads() =>
        Assert.Equal([LeaseStep.Leave], LeasePlan.Of(View(["a", "b"], ("a", 7, true)), "b", [0]));

    /// <summary>From any distribution, each member doing what it is told in any order ends with equal shares and every partition in one hand.</summary>
    [Property]
    public Property Of_AnyStart_EndsEvenWithEveryPartitionInOneHand() => Prop.ForAll(
        Gen.Choose(1, 20).SelectMany(partitions => Gen.Choose(1, 5).SelectMany(members => Gen.Choose(-1, members - 1).ArrayOf(partitions).Select(owners => (Members: members, Owners: owners)))).ToArbitrary(),
        start =>
        {
            var owners = start.Owners.ToArray();
            string[] names = [.. Enumerable.Range(0, start.Members).Select(m => $"m{m}")];
            for (var round = 0; round < 4; round++)
            {
                for (var member = 0; member < names.Length; member++)
                {
                    var view = View(names, [.. owners.Select(o => (o < 0 ? "gone" : names[o], 1L, o < 0))]);
                    var steps = LeasePlan.Of(view, names[member], [.. owners.Select(o => o == member ? 1L : 0)]);
                    for (var i = 0; i < steps.Length; i++)
                    {
                        if (steps[i] == LeaseStep.Take) owners[i] = member;
                        if (steps[i] == LeaseStep.GiveBack) owners[i] = -1;
                    }
                }
            }

            var counts = Enumerable.Range(0, names.Length).Select(m => owners.Count(o => o == m)).ToList();
            return owners.All(o => o >= 0) && counts.Max() - counts.Min() <= 1;
        });

    // A name with ! is of one that died.
    private static LeaseView View(string[] members, params (string Owner, long Epoch, bool IsOver)[] leases) => new(
        [.. members.Select(m => new LeaseMember(m.TrimStart('!'), "http://" + m, !m.StartsWith('!')))], [.. leases.Select((l, i) => new LeaseRow(i, l.Owner, l.Epoch, l.IsOver))]);
}
