using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PerfPlatform.Analysis.Health.Migrations
{
    /// <inheritdoc />
    public partial class Health : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "metrics");

            migrationBuilder.CreateTable(
                name: "component",
                schema: "metrics",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    definition = table.Column<string>(type: "jsonb", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_component", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "health_check",
                schema: "metrics",
                columns: table => new
                {
                    component = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_health_check", x => new { x.component, x.since });
                });

            migrationBuilder.CreateIndex(
                name: "ix_health_check_until",
                schema: "metrics",
                table: "health_check",
                column: "until");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "component",
                schema: "metrics");

            migrationBuilder.DropTable(
                name: "health_check",
                schema: "metrics");
        }
    }
}
