using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>Texts and lines can be read in both themes: contrast as WCAG 2.2 computes it, from the style sheet itself.</summary>
public sealed partial class ContrastTests
{
    [Theory]
    [InlineData("text", "bg", 7)]
    [InlineData("text", "surface", 7)]
    [InlineData("text", "raised", 7)]
    [InlineData("muted", "bg", 4.5)]
    [InlineData("muted", "surface", 4.5)]
    [InlineData("accent", "surface", 4.5)]
    [InlineData("on-accent", "accent", 4.5)]
    [InlineData("wrong", "surface", 4.5)]
    [InlineData("warn", "surface", 4.5)]
    [InlineData("line-1", "surface", 3)]
    [InlineData("line-2", "surface", 3)]
    [InlineData("line-3", "surface", 3)]
    [InlineData("line-4", "surface", 3)]
    [InlineData("line-5", "surface", 3)]
    [InlineData("line-6", "surface", 3)]
    [InlineData("line-7", "surface", 3)]
    [InlineData("line-8", "surface", 3)]
    public void Colours_InBothThemes_StandOut(string front, string back, double least)
    {
        var sheet = File.ReadAllText(Path.Combine(Folder(), "../../../web/PerfPlatform.Web/wwwroot/app.css"));
        var themes = Theme().Matches(sheet);
        Assert.Equal(2, themes.Count);
        foreach (var theme in themes.Select(t => Property().Matches(t.Value).ToDictionary(p => p.Groups[1].Value, p => p.Groups[2].Value)))
        {
            var (a, b) = (Luminance(theme[front]), Luminance(theme[back]));
            var contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
            Assert.True(contrast >= least, $"--{front} {theme[front]} on --{back} {theme[back]}: {contrast:0.00}, at least {least} is needed");
        }
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@":root[^{]*\{[^}]*\}")]
    private static partial Regex Theme();

    [GeneratedRegex("--([a-z0-9-]+): #([0-9a-f]{6});")]
    private static partial Regex Property();
}
