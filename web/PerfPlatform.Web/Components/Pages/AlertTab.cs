namespace PerfPlatform.Web.Components.Pages;

/// <summary>What the page of alerts shows.</summary>
public enum AlertTab
{
    /// <summary>What is not over.</summary>
    Active,

    /// <summary>What was resolved.</summary>
    History,

    /// <summary>The rules.</summary>
    Rules,

    /// <summary>Who is told.</summary>
    Webhooks,
}
