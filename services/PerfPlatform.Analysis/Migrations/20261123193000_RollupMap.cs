using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>Roll-ups got a map of the slots in which nothing happened. Those of the form before were never released: the compactor makes them anew from the samples.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261123193000_RollupMap")]
public sealed class RollupMap : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("TRUNCATE metrics.rollup_1m; TRUNCATE metrics.rollup_1h;");
        migrationBuilder.Sql(RollupFunctions.Sql);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("TRUNCATE metrics.rollup_1m; TRUNCATE metrics.rollup_1h;");
}
