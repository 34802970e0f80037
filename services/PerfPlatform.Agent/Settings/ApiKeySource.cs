namespace PerfPlatform.Agent.Settings;

/// <summary>The API key: given, or the first line of a file that is read again whenever it changed.</summary>
internal sealed class ApiKeySource(string? given, string? file)
{
    private DateTime _readAs;
    private string? _fromFile;

    public string? Current()
    {
        if (file is null)
            return given;
        try
        {
            var written = File.GetLastWriteTimeUtc(file);
            if (written != _readAs)
            {
                _fromFile = File.ReadLines(file).FirstOrDefault()?.Trim();
                _readAs = written;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Being replaced at this moment: the key read before goes on to be used.
            AgentLog.Warning("the key file cannot be read: {Reason}", e.Message);
        }

        return _fromFile ?? given;
    }
}
