using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>The processes that share the partitions: a number for the lock of each one's session, and where its peers reach it.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261126140000_LeaseMembers")]
public sealed class LeaseMembers : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE metrics.lease_member (
            owner text PRIMARY KEY,
            number int GENERATED ALWAYS AS IDENTITY UNIQUE,
            address text NOT NULL,
            seen timestamptz NOT NULL);
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE metrics.lease_member;");
}
