using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PerfPlatform.Alerting.Database.Migrations
{
    /// <inheritdoc />
    public partial class GroupsByRule : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "rule_id",
                schema: "alerting",
                table: "delivery",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.RenameColumn(
                name: "rule_name",
                schema: "alerting",
                table: "notification_group",
                newName: "rule_id");

            // What was told under a rule's name is kept under the rule of each alert; what only waited is found again.
            migrationBuilder.Sql(
                """
                CREATE TEMPORARY TABLE told_by_name ON COMMIT DROP AS SELECT * FROM alerting.notification_group;
                DELETE FROM alerting.notification_group;
                INSERT INTO alerting.notification_group (webhook_id, rule_id, told, waiting_since, sent_at)
                SELECT g.webhook_id, a.rule_id, jsonb_agg(t.id), NULL, max(g.sent_at)
                FROM told_by_name g CROSS JOIN LATERAL jsonb_array_elements_text(g.told) AS t(id) JOIN alerting.alert a ON a.id = t.id::uuid
                GROUP BY g.webhook_id, a.rule_id;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM alerting.notification_group");

            migrationBuilder.RenameColumn(
                name: "rule_id",
                schema: "alerting",
                table: "notification_group",
                newName: "rule_name");

            migrationBuilder.DropColumn(name: "rule_id", schema: "alerting", table: "delivery");
        }
    }
}
