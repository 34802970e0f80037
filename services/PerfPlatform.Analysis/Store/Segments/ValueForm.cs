namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>What a column of values is written as: its first byte. Those from 16 on hold a column of a form with a smaller number inside.</summary>
internal enum ValueForm : byte
{
    /// <summary>One double for all.</summary>
    Constant = 0,

    /// <summary>Integers divided by a power of ten.</summary>
    Decimal = 1,

    /// <summary>The same, and by how many steps of its last bit each double differs from that: what is left of computing with decimals.</summary>
    NearDecimal = 2,

    /// <summary>The doubles' own bits as integers that grow as the doubles do.</summary>
    Bits = 3,

    /// <summary>Numerators, denominators, and by how many steps of its last bit each double differs from the fraction.</summary>
    Fraction = 4,

    /// <summary>Few different values: a column of them, ascending, and for each sample which of them.</summary>
    Dictionary = 16,

    /// <summary>A column in which some values stand for others that do not go with it, and these.</summary>
    Patched = 17,

    /// <summary>Runs of equal values: their lengths, and a column with one value of each.</summary>
    Runs = 18,
}
