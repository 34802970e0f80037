namespace PerfPlatform.Agent.Settings;

/// <summary>A setting that cannot be used; the message names it and says what can.</summary>
internal sealed class SettingsException(string message) : Exception(message);
