using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>The tests of the browser's side that need no browser (Client/test), run by Node.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task Client_LogicWithoutABrowser_PassesItsTests()
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["run", "--silent", "test"])
        {
            WorkingDirectory = Path.Combine(Folder(), "../../../web/PerfPlatform.Web/Client"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(npm.ExitCode == 0, await output + await errors);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
