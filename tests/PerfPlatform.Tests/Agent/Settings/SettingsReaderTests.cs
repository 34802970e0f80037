using PerfPlatform.Agent.Settings;
using Xunit;

namespace PerfPlatform.Tests.Agent.Settings;

/// <summary>Settings: defaults, precedence, and what an error says.</summary>
public class SettingsReaderTests
{
    [Fact]
    public void Read_Nothing_HasDefaults()
    {
        var settings = SettingsReader.Read([], _ => null);
        Assert.Equal(("http://localhost:4318/", 1.0, 256L << 20, Environment.MachineName, false),
            (settings.Endpoint.AbsoluteUri, settings.Interval.TotalSeconds, settings.BufferBytes, settings.HostName, settings.ExitWithParent));
        Assert.Null(settings.ApiKey);
    }

    [Fact]
    public void Read_Both_CommandLineWins()
    {
        var environment = new Dictionary<string, string>
        {
            ["PERFPLATFORM_ENDPOINT"] = "http://one:1",
            ["PERFPLATFORM_API_KEY"] = "pp_a",
            ["PERFPLATFORM_AGENT_INTERVAL"] = "0.1",
            ["PERFPLATFORM_DATA"] = "/data",
            ["PERFPLATFORM_AGENT_FILESYSTEM_TYPES"] = "nfs4, fuse.sshfs",
        };
        var settings = SettingsReader.Read(["--endpoint", "https://two:2/otlp", "--interval=60", "--exit-with-parent", "--host-name", "web-1"], environment.GetValueOrDefault);
        Assert.Equal(("https://two:2/otlp", 60.0, "web-1", true, "pp_a", "/data/agent"),
            (settings.Endpoint.AbsoluteUri, settings.Interval.TotalSeconds, settings.HostName, settings.ExitWithParent, settings.ApiKey, settings.BufferFolder));
        Assert.Equal(["fuse.sshfs", "nfs4"], settings.FilesystemTypes.Order());
    }

    [Theory]
    [InlineData("PERFPLATFORM_AGENT_INTERVAL", "0.09", "0.1 to 60")]
    [InlineData("PERFPLATFORM_AGENT_INTERVAL", "61", "0.1 to 60")]
    [InlineData("PERFPLATFORM_AGENT_INTERVAL", "NaN", "0.1 to 60")]
    [InlineData("PERFPLATFORM_AGENT_BUFFER_MB", "0", "1 to 1048576")]
    [InlineData("PERFPLATFORM_AGENT_BUFFER_MB", "1.5", "1 to 1048576")]
    [InlineData("PERFPLATFORM_ENDPOINT", "localhost:4318", "http://server:4318")]
    [InlineData("PERFPLATFORM_ENDPOINT", "ftp://a", "http://server:4318")]
    [InlineData("PERFPLATFORM_API_KEY_FILE", "/no/such/file", "there is no file")]
    public void Read_Unusable_NamesTheSettingAndWhatIsAllowed(string variable, string value, string expected)
    {
        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read([], name => name == variable ? value : null));
        Assert.Contains(variable, error.Message);
        Assert.Contains($"'{value}'", error.Message);
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--interval")]
    public void Read_UnknownOrIncompleteOption_NamesIt(string option) =>
        Assert.Contains(option, Assert.Throws<SettingsException>(() => SettingsReader.Read([option], _ => null)).Message);

    [Fact]
    public void Current_KeyFileChanges_IsReadAgain()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "pp_one\n");
            var source = new ApiKeySource("given", file);
            Assert.Equal("pp_one", source.Current());
            File.WriteAllText(file, "pp_two\n");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
            Assert.Equal("pp_two", source.Current());
            File.Delete(file);
            Assert.Equal("pp_two", source.Current());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
