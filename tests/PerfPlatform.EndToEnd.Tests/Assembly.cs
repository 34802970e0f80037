using PerfPlatform.TestServers.Topology;
using Xunit;

// One topology for all, faults included: tests run one after another.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(DistributedApp))]
