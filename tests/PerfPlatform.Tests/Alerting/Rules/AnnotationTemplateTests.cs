using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Rules;

public sealed class AnnotationTemplateTests
{
    private static readonly LabelSet s_labels = LabelSet.Of(("host.name", "web-1"), ("a:b", "colon"));

    [Theory]
    [InlineData("plain", 1, "plain")]
    [InlineData("{{value}} > {{threshold}}", 0.912345, "0.9123 > 0.8")]
    [InlineData("{{ value:percent }}", 0.8333, "83.3 %")]
    [InlineData("{{value:bytes}}", 1_610_612_736, "1.5 GiB")]
    [InlineData("{{value:duration}}", 5400, "1 h 30 min")]
    [InlineData("{{value:duration}}", 0.25, "250ms")]
    [InlineData("{{value:duration}}", double.PositiveInfinity, "infinite")]
    [InlineData("{{value:0.00}}", 1.2, "1.20")]
    [InlineData("on {{labels.host.name}}{{labels.missing}}.", 1, "on web-1.")]
    [InlineData("{{labels.a:b}}", 1, "colon")]
    [InlineData("{{value}} and {{ open", 1, "1 and {{ open")]
    public void Fill_Text_HasTheValues(string text, double value, string expected) => Assert.Equal(expected, AnnotationTemplate.Fill(text, value, 0.8, s_labels));

    [Fact]
    public void Fill_LabelHoldsBraces_IsNotFilledAgain() =>
        Assert.Equal("{{value}}", AnnotationTemplate.Fill("{{labels.x}}", 1, 1, LabelSet.Of(("x", "{{value}}"))));

    [Theory]
    [InlineData("{{value", "no '}}'")]
    [InlineData("{{labels.}}", "not known")]
    [InlineData("{{env}}", "not known")]
    [InlineData("{{value:N2}}", "format")]
    public void Check_Mistake_SaysIt(string text, string told) => Assert.Contains(told, AnnotationTemplate.Check(text), StringComparison.Ordinal);

    [Fact]
    public void Check_DefaultRules_AreAllRight() =>
        Assert.All(PerfPlatform.Alerting.Rulebook.DefaultRules.Hosts, rule => Assert.Null(PerfPlatform.Alerting.Rules.RuleValidation.Check(rule)));
}
