using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.AppHost.Commands;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>The commands as the dashboard shows them: nothing is started.</summary>
public sealed class CommandModelTests
{
    [Theory]
    [InlineData(ResourceNames.Reports, ReportCommand.Name, false)]
    [InlineData(ResourceNames.Alerting, TestAlertCommand.Name, true)]
    [InlineData(ResourceNames.Ingestion, ExampleLoadCommand.Name, false)]
    [InlineData(ResourceNames.Metrics, BackupCommand.Name, true)]
    public async Task Command_Shown_TellsWhatItDoesAndIsThereWhileItsResourceIsHealthy(string resource, string name, bool asksFirst)
    {
        var builder = await AppModel.CreateAsync("/nowhere");
        var command = builder.Resources.Single(r => r.Name == resource).Annotations.OfType<ResourceCommandAnnotation>().Single(c => c.Name == name);
        Assert.False(string.IsNullOrWhiteSpace(command.DisplayDescription));
        Assert.False(string.IsNullOrWhiteSpace(command.IconName));
        Assert.Equal(asksFirst, command.ConfirmationMessage is not null);
        // Without checks a resource is healthy when it runs, and has no health before and after.
        Assert.Equal(ResourceCommandState.Enabled, State(command, KnownResourceStates.Running));
        Assert.Equal(ResourceCommandState.Disabled, State(command, KnownResourceStates.Waiting));
        Assert.Equal(ResourceCommandState.Disabled, State(command, KnownResourceStates.Exited));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("3600", true)]
    [InlineData("3601", false)]
    [InlineData("1.5", false)]
    [InlineData("", false)]
    public void ExampleLoad_ForSoLong_IsBounded(string seconds, bool allowed) => Assert.Equal(allowed, ExampleLoadCommand.IsDuration(seconds));

    private static ResourceCommandState State(ResourceCommandAnnotation command, string state) => command.UpdateState(new UpdateCommandStateContext
    {
        Services = new ServiceCollection().BuildServiceProvider(),
        ResourceSnapshot = new CustomResourceSnapshot { ResourceType = "Project", Properties = [], State = state },
    });
}
