namespace PerfPlatform.Client.Example;

/// <summary>A document on its way through the stages.</summary>
/// <param name="Pages">1 to 40; recognition takes time for each.</param>
/// <param name="Damaged">Recognition fails.</param>
internal sealed record Document(int Pages, bool Damaged)
{
    /// <summary>Most documents are short; one in fifty is damaged.</summary>
    public static Document Arrive(Random random) => new(1 + (int)(39 * Math.Pow(random.NextDouble(), 4)), random.Next(50) == 0);
}
