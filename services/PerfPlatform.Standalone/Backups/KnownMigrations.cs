using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfPlatform.Alerting;
using PerfPlatform.Analysis;
using PerfPlatform.Reports;
using PerfPlatform.Web;

namespace PerfPlatform.Standalone.Backups;

/// <summary>The migrations of every schema that this version of the product has.</summary>
internal static class KnownMigrations
{
    /// <summary>Their names, of all owners.</summary>
    public static IReadOnlySet<string> All { get; } = new[] { typeof(AnalysisModule), typeof(AlertingModule), typeof(ReportsModule), typeof(WebModule) }
        .SelectMany(module => module.Assembly.GetTypes())
        .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id)
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);
}
