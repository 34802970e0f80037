namespace PerfPlatform.Ingestion.Scrape.Exposition;

/// <summary>What was read last of a page.</summary>
internal enum ExpositionPart
{
    /// <summary>A sample.</summary>
    Sample,

    /// <summary><c># TYPE name counter</c>.</summary>
    Type,

    /// <summary><c># UNIT name seconds</c>.</summary>
    Unit,

    /// <summary><c># HELP name text</c>.</summary>
    Help,
}
