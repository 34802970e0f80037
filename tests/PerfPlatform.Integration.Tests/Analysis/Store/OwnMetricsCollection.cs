using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>Tests that read a process's own metrics run alone: the meters of all hosts in one process have the same names.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OwnMetricsCollection
{
    public const string Name = "own metrics";
}
