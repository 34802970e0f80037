namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>How much a resource presses on its host.</summary>
/// <param name="Readings">What it rests on.</param>
/// <param name="Pressure">The mean over the steps, 0 to 1.</param>
/// <param name="Pressed">In how many steps it pressed by half and more.</param>
/// <param name="Steps">How many steps had data.</param>
public sealed record ResourceVerdict(ResourceReadings Readings, double Pressure, int Pressed, int Steps)
{
    /// <summary>The probability that the next step is pressed as well, by Laplace's rule of succession: (k + 1) / (n + 2).</summary>
    public double Confidence => (Pressed + 1.0) / (Steps + 2.0);

    /// <summary>Whether it holds the host back: pressed on average and most of the time, on more than two readings.</summary>
    public bool IsBottleneck => Steps >= 3 && Pressure >= ResourceJudge.Pressing && Pressed * 2 > Steps;
}
