using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using PerfPlatform.Alerting;
using PerfPlatform.Analysis;
using PerfPlatform.Reports;
using PerfPlatform.Web;
using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>Services are upgraded one after another: what the version before reads and writes goes or is renamed one version later, when it is read no more.</summary>
public partial class MigrationTests
{
    // Of a time when there was no version to upgrade from.
    private const string First = "20261126120000";

    // Migrations that take away what the version before does not use any more, each with that version's commit or tag.
    private static readonly string[] Later = [];

    [Fact]
    public void Migrations_OfAnyVersion_OnlyAddToTheOneBefore()
    {
        var migrations = new[] { typeof(AnalysisModule), typeof(AlertingModule), typeof(ReportsModule), typeof(WebModule) }
            .SelectMany(module => module.Assembly.GetTypes())
            .Select(type => (Type: type, type.GetCustomAttribute<MigrationAttribute>()?.Id))
            .Where(m => m.Id is not null && string.CompareOrdinal(m.Id, First) > 0 && !Later.Contains(m.Id))
            .ToList();
        Assert.NotEmpty(migrations);
        Assert.Empty(migrations.SelectMany(m => ((Migration)Activator.CreateInstance(m.Type, nonPublic: true)!).UpOperations.Where(TakesAway).Select(operation => $"{m.Id}: {operation.GetType().Name}")));
    }

    [Theory]
    [InlineData("ALTER TABLE metrics.series DROP COLUMN unit", true)]
    [InlineData("alter table a rename column b to c", true)]
    [InlineData("TRUNCATE metrics.rollup_1m", true)]
    [InlineData("ALTER TABLE a ALTER COLUMN b TYPE bigint", true)]
    [InlineData("ALTER TABLE a ADD COLUMN b int NOT NULL", true)]
    [InlineData("ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 0", false)]
    [InlineData("CREATE TABLE metrics.earlier_epoch (epoch uuid PRIMARY KEY, last_id int NOT NULL)", false)]
    public void TakesAway_OfAStatement_SeesWhatAnOlderVersionWouldMiss(string sql, bool takesAway) => Assert.Equal(takesAway, TakesAway(new SqlOperation { Sql = sql }));

    private static bool TakesAway(MigrationOperation operation) => operation switch
    {
        SqlOperation sql => Taking().IsMatch(sql.Sql),
        // A row that an older version writes has no value for it.
        AddColumnOperation column => !column.IsNullable && column.DefaultValue is null && column.DefaultValueSql is null,
        CreateTableOperation or CreateIndexOperation or EnsureSchemaOperation or DropIndexOperation or InsertDataOperation => false,
        _ => true,
    };

    [GeneratedRegex(@"\b(DROP\s+(TABLE|COLUMN|VIEW|FUNCTION|SCHEMA)|RENAME|TRUNCATE|TYPE\s+\w+|ADD\s+COLUMN\s+\w+\s+\w+\s+NOT\s+NULL(?!\s+DEFAULT))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Taking();
}
