namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>The three questions of the USE method (Gregg, "Thinking Methodically about Performance", ACM Queue 10:12, 2012).</summary>
public enum UseAspect
{
    /// <summary>How busy or full.</summary>
    Utilisation,

    /// <summary>How much work waits.</summary>
    Saturation,

    /// <summary>How much fails.</summary>
    Errors,
}
