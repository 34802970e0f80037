namespace PerfPlatform.Analysis.Forecasts;

/// <summary>How a profile is brought to the level of the newest values.</summary>
public enum LevelMove
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a difference.</summary>
    Shift,

    /// <summary>By a factor.</summary>
    Scale,
}
