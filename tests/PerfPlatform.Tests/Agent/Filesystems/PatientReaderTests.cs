using PerfPlatform.Agent.Filesystems;
using Xunit;

namespace PerfPlatform.Tests.Agent.Filesystems;

/// <summary>A filesystem that does not answer holds nobody up.</summary>
public class PatientReaderTests
{
    [Fact]
    public void Next_WhileTheServerIsGone_IsNothingAtOnce()
    {
        using var answers = new SemaphoreSlim(0);
        var space = new Space(3, 2, 1);
        using var reader = new PatientReader(() =>
        {
            answers.Wait(TimeSpan.FromSeconds(30)); // so that one who waits for the answer fails and does not hang
            return space;
        });
        for (var i = 0; i < 10; i++)
            Assert.Null(reader.Next());
        answers.Release(2);
        Assert.True(SpinWait.SpinUntil(() => reader.Next() == space, TimeSpan.FromSeconds(30)));
        answers.Release(int.MaxValue / 2);
    }
}
