using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>Roll-ups got a form in which doubles that occur several times are told once. New rows may have it; the others stay.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261124004500_RollupWords")]
public sealed class RollupWords : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(RollupFunctions.Sql);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("TRUNCATE metrics.rollup_1m; TRUNCATE metrics.rollup_1h; DROP FUNCTION metrics.rollup_word;");
}
