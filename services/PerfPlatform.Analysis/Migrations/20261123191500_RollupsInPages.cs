using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>Keeps a roll-up in its row when its values are no decimals, too. New rows follow.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261123191500_RollupsInPages")]
public sealed class RollupsInPages : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Sixty minutes of any doubles are 2.5 kB: above the limit from which PostgreSQL keeps a value in another table, where each look at it reads all of it again.
        ALTER TABLE metrics.rollup_1m SET (toast_tuple_target = 4080);
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE metrics.rollup_1m RESET (toast_tuple_target);");
}
