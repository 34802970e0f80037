namespace PerfPlatform.Analysis.Forecasts;

/// <summary>The seasons that a history may have, in steps.</summary>
/// <param name="Short">A day, or what recurs more often where the history does not show one; 0 for neither.</param>
/// <param name="Long">A week, a multiple of the day, or 0.</param>
public readonly record struct Seasons(int Short, int Long)
{
    // A season that was seen fewer times cannot be told from chance.
    private const int Seen = 3;

    /// <summary>Those of a history of so many points at a step.</summary>
    public static Seasons Of(int points, TimeSpan step)
    {
        var day = Steps(TimeSpan.FromDays(1));
        var week = Steps(TimeSpan.FromDays(7));
        return day == 0 ? default : new Seasons(day, week);

        int Steps(TimeSpan season) => season.Ticks % step.Ticks == 0 && season / step is >= 4 and var steps && points >= Seen * steps ? (int)steps : 0;
    }
}
