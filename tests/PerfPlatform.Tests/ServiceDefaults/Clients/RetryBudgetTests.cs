using FsCheck.Xunit;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

public sealed class RetryBudgetTests
{
    [Property]
    public bool Repeats_InAnyOrderOfThings_AreAFifthAndTenAtMost(bool[] repeats)
    {
        var budget = new RetryBudget();
        var (asked, granted) = (0, 0);
        foreach (var repeat in repeats)
        {
            if (!repeat) asked += Ask(budget);
            else if (budget.TryRepeat()) granted++;
            if (granted > 10 + (asked / 5)) return false;
        }

        return true;
    }

    [Fact]
    public void Repeat_AfterFiveRequests_IsThereAgain()
    {
        var budget = new RetryBudget();
        while (budget.TryRepeat())
        {
            // Until there is none left.
        }

        for (var i = 0; i < 4; i++) budget.Asked();
        Assert.False(budget.TryRepeat());
        budget.Asked();
        Assert.True(budget.TryRepeat());
    }

    private static int Ask(RetryBudget budget)
    {
        budget.Asked();
        return 1;
    }
}
