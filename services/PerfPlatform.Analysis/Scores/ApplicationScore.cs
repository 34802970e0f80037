using PerfPlatform.Analysis.Findings;

namespace PerfPlatform.Analysis.Scores;

/// <summary>The score of an application by RED: errors cost up to 70 points, slowing down against the period before up to 40.</summary>
public static class ApplicationScore
{
    private const double ErrorPoints = 70;
    private const double SlowPoints = 40;

    // 0.1 % of failures is what three nines allow; at 10 % people cannot rely on it.
    private const double FewErrors = 0.001;
    private const double ManyErrors = 0.10;

    // A fifth slower is within what load does; three times as slow is another product.
    private const double LittleSlower = 1.2;
    private const double MuchSlower = 3;

    /// <summary>The score.</summary>
    public static Score Of(ApplicationReadings application)
    {
        var parts = new List<ScorePart>();
        // Error rates matter by their magnitude: 0.1 % to 1 % costs as much as 1 % to 10 %.
        var errors = application.ErrorRate <= FewErrors ? 0 : Math.Clamp(Math.Log(application.ErrorRate / FewErrors) / Math.Log(ManyErrors / FewErrors), 0, 1);
        parts.Add(new ScorePart("errors", null, Math.Round(ErrorPoints * errors, 1), $"{Quantity.Of(application.ErrorRate, "1")} fail"));
        var slower = application.Duration / application.DurationBefore;
        if (double.IsFinite(slower) && application.DurationBefore > 0)
        {
            var pressed = Math.Clamp((slower - LittleSlower) / (MuchSlower - LittleSlower), 0, 1);
            parts.Add(new ScorePart("duration", null, Math.Round(SlowPoints * pressed, 1),
                $"{Quantity.Of(application.Duration, "s")} on average, {Quantity.Of(application.DurationBefore, "s")} in the period before"));
        }

        return Score.Of(parts);
    }
}
