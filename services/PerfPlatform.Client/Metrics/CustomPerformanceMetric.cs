using System.Diagnostics;

namespace PerfPlatform.Client.Metrics;

/// <summary>
/// A metric of the application's own: a name, a function that says how it stands now, and a threshold from which it is a reason to alert.
/// Register it with a <see cref="PerfPlatformClient"/> to have it sent.
/// </summary>
/// <example>
/// <code>
/// var size = new CustomPerformanceMetric("queue.size", () => queue.Count, threshold: 1000) { Unit = "{document}", Minimum = 0 };
/// client.Register(size);
/// </code>
/// </example>
public sealed class CustomPerformanceMetric
{
    /// <summary>How long one call of the collection function may take: 100 ms. It is called once an interval, on the thread that exports.</summary>
    public static readonly TimeSpan CollectLimit = TimeSpan.FromMilliseconds(100);

    private const int ValidationCalls = 3;
    private readonly Func<double> _collect;
    private readonly Lock _gate = new();
    private double? _threshold;

    /// <summary>Makes a metric.</summary>
    /// <param name="name">Starts with a letter and goes on with letters, digits, '_', '.', '-' or '/'; at most 255 characters. Checked by <see cref="Validate"/> and when registered.</param>
    /// <param name="collect">Tells the value as it is now. Called on another thread, once an interval; must be quick and should not throw.</param>
    /// <param name="threshold">From which value on is alerted, in the unit of the metric; null for no alert.</param>
    /// <exception cref="ArgumentNullException">The name or the function is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not a finite number.</exception>
    public CustomPerformanceMetric(string name, Func<double> collect, double? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(collect);
        if (threshold is { } value)
            CheckFinite(value);
        (Name, _collect, _threshold) = (name, collect, threshold);
    }

    /// <summary>Raised when <see cref="SetAlertThreshold"/> or <see cref="ClearAlertThreshold"/> changed the threshold.</summary>
    internal event Action<CustomPerformanceMetric>? ThresholdChanged;

    /// <summary>The metric's name.</summary>
    public string Name { get; }

    /// <summary>The unit in UCUM, as <c>s</c>, <c>By</c>, <c>1</c>, <c>{document}</c>; at most 63 ASCII characters. Empty by default.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What it measures, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>Labels of its series; at most 16.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The least value that can be; null for no bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest value that can be; null for no bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether values above or below the threshold are a reason to alert. Above by default.</summary>
    public AlertDirection Direction { get; init; }

    /// <summary>From which value on is alerted, or null.</summary>
    public double? Threshold
    {
        get
        {
            lock (_gate)
                return _threshold;
        }
    }

    /// <summary>Calls the collection function.</summary>
    /// <returns>The value as it is now.</returns>
    /// <remarks>What the function throws comes through.</remarks>
    public double Collect() => _collect();

    /// <summary>Whether a value is a reason to alert: beyond the threshold, not at it. False without a threshold and for NaN.</summary>
    /// <param name="value">A value of the metric.</param>
    public bool IsBreachedBy(double value) => Threshold is { } threshold && (Direction == AlertDirection.Above ? value > threshold : value < threshold);

    /// <summary>Sets the threshold. Where the metric is registered with a client that has a rules address, the platform's alert rule follows.</summary>
    /// <param name="threshold">A finite number in the unit of the metric.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a finite number.</exception>
    public void SetAlertThreshold(double threshold)
    {
        CheckFinite(threshold);
        Change(threshold);
    }

    /// <summary>Removes the threshold; a rule at the platform is switched off.</summary>
    public void ClearAlertThreshold() => Change(null);

    /// <summary>
    /// Checks the metric before it is used: name, unit and labels; that the collection function does not throw, is quick and gives finite values in the range,
    /// called three times; that the test values are so too; and that the threshold can be reached.
    /// </summary>
    /// <param name="testData">Values as they are expected in normal operation; null for none.</param>
    /// <returns>The reasons against it, if any. Never throws.</returns>
    public MetricValidation Validate(IEnumerable<double>? testData = null)
    {
        List<string> errors = [.. MetricRules.OfName(Name), .. MetricRules.OfUnit(Unit), .. MetricRules.OfLabels(Labels)];
        var warnings = new List<string>();
        if (Minimum is { } least && Maximum is { } most && !(least < most))
            errors.Add($"{nameof(Minimum)} {least} is not less than {nameof(Maximum)} {most}.");
        ValidateCollect(errors);
        var values = testData?.ToList() ?? [];
        if (FirstWrong(values) is { } wrong)
            errors.Add($"Of the test data, {wrong}");
        ValidateThreshold(values, errors, warnings);
        return new MetricValidation(errors, warnings);
    }

    private void ValidateCollect(List<string> errors)
    {
        for (var call = 0; call < ValidationCalls; call++)
        {
            var start = Stopwatch.GetTimestamp();
            double value;
            try
            {
                value = Collect();
            }
#pragma warning disable CA1031 // Whatever it throws is the finding.
            catch (Exception e)
#pragma warning restore CA1031
            {
                errors.Add($"The collection function threw {e.GetType().Name}: {e.Message}");
                return;
            }

            var took = Stopwatch.GetElapsedTime(start);
            if (took > CollectLimit)
                errors.Add($"The collection function took {took.TotalMilliseconds:0} ms; {CollectLimit.TotalMilliseconds:0} ms are allowed.");
            if (FirstWrong([value]) is { } wrong)
                errors.Add($"Of what the collection function gave, {wrong}");
            if (errors.Count > 0)
                return;
        }
    }

    private string? FirstWrong(List<double> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
                return $"value {i} is {values[i]}: values must be finite.";
            if (values[i] < Minimum)
                return $"value {i} is {values[i]}, less than the {nameof(Minimum)} {Minimum}.";
            if (values[i] > Maximum)
                return $"value {i} is {values[i]}, more than the {nameof(Maximum)} {Maximum}.";
        }

        return null;
    }

    private void ValidateThreshold(List<double> values, List<string> errors, List<string> warnings)
    {
        if (Threshold is not { } threshold)
            return;
        if (Direction == AlertDirection.Above && threshold >= Maximum || Direction == AlertDirection.Below && threshold <= Minimum)
            errors.Add($"The threshold {threshold} cannot be reached: no value is {(Direction == AlertDirection.Above ? $"above the {nameof(Maximum)} {Maximum}" : $"below the {nameof(Minimum)} {Minimum}")}.");
        if (Direction == AlertDirection.Above && threshold < Minimum || Direction == AlertDirection.Below && threshold > Maximum)
            errors.Add($"The threshold {threshold} is outside the range: every value would alert.");
        else if (values.Count > 0 && values.All(IsBreachedBy))
            errors.Add($"All {values.Count} test values are {(Direction == AlertDirection.Above ? "above" : "below")} the threshold {threshold}: it would alert all the time.");
        else if (values.Count > 0 && !values.Any(IsBreachedBy))
            warnings.Add($"None of {values.Count} test values reaches the threshold {threshold}.");
    }

    private void Change(double? threshold)
    {
        lock (_gate)
        {
            if (_threshold.Equals(threshold))
                return;
            _threshold = threshold;
        }

        ThresholdChanged?.Invoke(this);
    }

    private static void CheckFinite(double threshold)
    {
        if (!double.IsFinite(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold must be a finite number.");
    }
}
