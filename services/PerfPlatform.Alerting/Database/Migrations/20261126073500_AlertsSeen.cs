using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PerfPlatform.Alerting.Database.Migrations
{
    /// <inheritdoc />
    public partial class AlertsSeen : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "seen",
                schema: "alerting",
                table: "alert",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.CreateIndex(
                name: "IX_alert_seen",
                schema: "alerting",
                table: "alert",
                column: "seen",
                filter: "NOT seen");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_alert_seen",
                schema: "alerting",
                table: "alert");

            migrationBuilder.DropColumn(
                name: "seen",
                schema: "alerting",
                table: "alert");
        }
    }
}
