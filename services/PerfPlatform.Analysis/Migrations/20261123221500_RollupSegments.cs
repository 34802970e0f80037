using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>Notes with the roll-up of an hour of how many segments it was made, so that a merge may leave two where they fill pages better than one.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261123221500_RollupSegments")]
public sealed class RollupSegments : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE metrics.rollup_1m ADD COLUMN segments int NOT NULL DEFAULT 1;");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE metrics.rollup_1m DROP COLUMN segments;");
}
