namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>The points of a merge's transaction at which a fault can happen.</summary>
internal enum CompactionStep
{
    /// <summary>The small segments are read and deleted.</summary>
    Deleted,

    /// <summary>The merged ones are written.</summary>
    Written,

    /// <summary>The roll-ups of the hour are written.</summary>
    RolledUp,

    /// <summary>The lease is checked; only the commit is left.</summary>
    Checked,

    /// <summary>The commit is through.</summary>
    Committed,
}
