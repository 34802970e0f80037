using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>Bounds what the index on labels keeps beside itself while series are registered.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261123220000_LabelIndexBuffer")]
public sealed class LabelIndexBuffer : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- New entries wait in a list inside the index, by default up to 4 MB of it, and its pages stay when the list is worked off: with 10,000 series more than
        -- half of the index. A short list costs registration some hundredths of its time.
        ALTER INDEX metrics.series_labels SET (gin_pending_list_limit = 128);
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER INDEX metrics.series_labels RESET (gin_pending_list_limit);");
}
