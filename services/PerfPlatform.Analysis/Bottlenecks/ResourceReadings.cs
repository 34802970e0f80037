using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>The values of one signal, one a step; NaN where there is none.</summary>
/// <param name="Signal">What they mean.</param>
/// <param name="Metric">The metric that they come from; of several the first.</param>
/// <param name="Labels">The labels of its series.</param>
/// <param name="Values">One a step.</param>
public sealed record SignalReadings(UseSignal Signal, string Metric, LabelSet Labels, double[] Values)
{
    /// <summary>The mean of what is there, NaN when nothing is.</summary>
    public double Mean
    {
        get
        {
            var sum = 0.0;
            var n = 0;
            foreach (var value in Values)
            {
                if (double.IsNaN(value)) continue;
                sum += value;
                n++;
            }

            return n == 0 ? double.NaN : sum / n;
        }
    }

    /// <summary>The greatest value, NaN when there is none.</summary>
    public double Greatest
    {
        get
        {
            var greatest = double.NaN;
            foreach (var value in Values) greatest = double.IsNaN(greatest) || value > greatest ? value : greatest;
            return greatest;
        }
    }
}

/// <summary>What is known of one resource of a host over a period.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">Which one, or null where a host has one.</param>
/// <param name="Signals">Its signals, equally long.</param>
public sealed record ResourceReadings(ResourceKind Kind, string? Device, IReadOnlyList<SignalReadings> Signals);

/// <summary>What is known of a host over a period.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Resources">Its resources.</param>
public sealed record HostReadings(string Host, IReadOnlyList<ResourceReadings> Resources);
