using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Rules;

/// <summary>Says what is wrong with a rule, in words that tell what to change.</summary>
public static class RuleValidation
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>What is wrong, or null.</summary>
    public static string? Check(RuleDefinition rule) =>
        CheckKind(rule) ?? CheckNames(rule) ?? CheckDurations(rule) ?? CheckValue(rule) ?? CheckLabels(rule) ?? CheckTexts(rule);

    private static string? CheckKind(RuleDefinition rule) => rule.Kind is RuleKind.Threshold or RuleKind.Absent
        ? null
        : $"This version does not evaluate rules of kind '{char.ToLowerInvariant(rule.Kind.ToString()[0])}{rule.Kind.ToString()[1..]}': use 'threshold' or 'absent'.";

    private static string? CheckNames(RuleDefinition rule)
    {
        if (string.IsNullOrWhiteSpace(rule.Name) || rule.Name.Length > 200) return "'name' is required: 1 to 200 characters.";
        if (string.IsNullOrEmpty(rule.Metric)) return "'metric' is required: the exact name of the metric that the rule watches.";
        if (!MetricName.TryParse(rule.Metric, out _, out var error)) return $"'metric' cannot be used: {error}";
        if (rule.DivideBy is not null && !MetricName.TryParse(rule.DivideBy, out _, out error)) return $"'divideBy' cannot be used: {error}";
        if (rule.DivideBy is null && rule.DivideMatch is not null) return "'divideMatch' filters the divisor: name its metric in 'divideBy' or remove it.";
        if (rule.DivideBy is not null && rule.By is null) return "'divideBy' needs 'by': name the labels that both metrics have, for example [\"host.name\"].";
        if (rule.DivideBy is not null && (rule.Agg == RuleAggregation.TimeTo || rule.Kind == RuleKind.Absent)) return "'divideBy' goes with threshold rules whose 'agg' is not timeTo: remove it.";
        return null;
    }

    private static string? CheckDurations(RuleDefinition rule)
    {
        if (rule.Window < TimeSpan.FromSeconds(1) || rule.Window > s_longest) return "'window' must be between 1s and 1d.";
        if (rule.For < TimeSpan.Zero || rule.For > s_longest) return "'for' must be between 0s and 1d.";
        if (rule.KeepFiringFor < TimeSpan.Zero || rule.KeepFiringFor > s_longest) return "'keepFiringFor' must be between 0s and 1d.";
        return null;
    }

    private static string? CheckValue(RuleDefinition rule)
    {
        if (rule.Kind == RuleKind.Absent)
        {
            return rule.Fn is not null || rule.ResolveThreshold is not null || rule.Target is not null || rule.Level is not null
                ? "An absent rule has no 'fn', 'target', 'level' or 'resolveThreshold': it fires when no sample came for 'window'."
                : null;
        }

        if (!Comparisons.TryParse(rule.Condition, out var comparison)) return $"'condition' is '{rule.Condition}': write one of > >= < <= == !=.";
        if (rule.Threshold is not { } threshold || !double.IsFinite(threshold)) return "'threshold' is required: a finite number.";
        if (rule.Agg == RuleAggregation.TimeTo && (rule.Target is not { } target || !double.IsFinite(target))) return "'agg' timeTo needs 'target': the value whose reaching is predicted.";
        if (rule.Agg != RuleAggregation.TimeTo && rule.Target is not null) return "'target' goes with 'agg' timeTo only: remove it.";
        if (rule.Level is { } level && (rule.Agg != RuleAggregation.TimeTo || !double.IsFinite(level))) return "'level' is a finite number and goes with 'agg' timeTo only.";
        if (rule.ResolveThreshold is not { } resolve) return null;
        if (!double.IsFinite(resolve)) return "'resolveThreshold' must be a finite number.";
        if (comparison is Comparison.Equal or Comparison.NotEqual) return $"'resolveThreshold' has no meaning with '{rule.Condition}': remove it.";
        if (comparison.IsUpward() && resolve > threshold) return $"With '{rule.Condition}' the 'resolveThreshold' ({resolve}) must not be above the 'threshold' ({threshold}).";
        if (comparison.IsDownward() && resolve < threshold) return $"With '{rule.Condition}' the 'resolveThreshold' ({resolve}) must not be below the 'threshold' ({threshold}).";
        return null;
    }

    private static string? CheckLabels(RuleDefinition rule)
    {
        if ((CheckFilters("match", rule.Match) ?? CheckFilters("divideMatch", rule.DivideMatch ?? [])) is { } wrong) return wrong;
        if (rule.By is { } by && (by.Count > 20 || by.Any(string.IsNullOrEmpty) || by.Distinct(StringComparer.Ordinal).Count() != by.Count))
        {
            return "'by' names at most 20 labels, each once and none empty.";
        }

        return rule.Labels.Count > 20 || rule.Labels.Any(l => l.Key.Length is 0 or > 200 || l.Value is null or { Length: > 1000 })
            ? "'labels' has at most 20 labels with names of 1 to 200 and values of at most 1,000 characters."
            : null;
    }

    private static string? CheckFilters(string field, IReadOnlyList<string> filters)
    {
        if (filters.Count > 20) return $"'{field}' has more than 20 filters.";
        foreach (var text in filters)
        {
            if (!LabelMatcher.TryParse(text, out _, out var error)) return $"'{field}': {error}";
        }

        return null;
    }

    private static string? CheckTexts(RuleDefinition rule)
    {
        if (rule.Annotations.Count > 20) return "'annotations' has more than 20 texts.";
        foreach (var (name, text) in rule.Annotations)
        {
            if (name.Length is 0 or > 200 || text is null or { Length: > 4000 }) return $"The annotation '{name}' must have a name of 1 to 200 characters and a text of at most 4,000.";
            if (AnnotationTemplate.Check(text) is { } error) return $"The annotation '{name}': {error}";
        }

        return null;
    }
}
