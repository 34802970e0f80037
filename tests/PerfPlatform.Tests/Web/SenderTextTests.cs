using Bunit;
using PerfPlatform.Web.Components.Text;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>What senders call things breaks no page.</summary>
public sealed class SenderTextTests : BunitContext
{
    [Theory]
    [InlineData("web-1", "web-1")]
    [InlineData(null, "")]
    [InlineData("a\u202Egnp.exe", "a\uFFFDgnp.exe")]
    [InlineData("a\u2067b\u0007c", "a\uFFFDb\uFFFDc")]
    [InlineData("שלום 👩‍🚀", "שלום 👩‍🚀")]
    public void Plain_MarksThatSteer_AreShownAsAReplacement(string? text, string plain) => Assert.Equal(plain, SenderText.Plain(text));

    [Fact]
    public void Sent_OfNineHundredCharacters_IsCutAndHasTheWholeInItsToolTip()
    {
        var text = new string('x', 900);
        var element = Render<Sent>(p => p.Add(c => c.Text, text).Add(c => c.Most, 100)).Find("bdi.sent");
        Assert.Equal(new string('x', 100) + "…", element.TextContent);
        Assert.Equal(text, element.GetAttribute("title"));
    }

    [Fact]
    public void Plain_CutInTheMiddleOfASurrogatePair_LeavesItOut() => Assert.Equal("ab…", SenderText.Plain("ab👩", 3));
}
