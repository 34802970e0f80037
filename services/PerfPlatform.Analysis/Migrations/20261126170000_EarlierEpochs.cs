using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>The registry's epochs before a restore: an id up to the last one of the backup names the same series as before.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261126170000_EarlierEpochs")]
public sealed class EarlierEpochs : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("CREATE TABLE metrics.earlier_epoch (epoch uuid PRIMARY KEY, last_id int NOT NULL);");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE metrics.earlier_epoch;");
}
