using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>Keeps a segment of up to half a page in its row. New rows follow; old ones when their chunk is written anew.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261123190000_SegmentsInPages")]
public sealed class SegmentsInPages : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- By default what makes a row longer than 2 kB goes to another table, in pieces of 2 kB with an index of their own: a third more bytes for an hour of
        -- counters, and a look-up more to read it. 4,080 is half a page: longer rows, of which only one would fit in a page, still go there.
        ALTER TABLE metrics.segment SET (toast_tuple_target = 4080);
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE metrics.segment RESET (toast_tuple_target);");
}
