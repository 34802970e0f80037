using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PerfPlatform.Web.Access.Schema.Migrations
{
    /// <inheritdoc />
    public partial class KeyLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(name: "max_body_bytes", schema: "access", table: "api_keys", type: "integer", nullable: true);
            migrationBuilder.AddColumn<int>(name: "max_samples_per_request", schema: "access", table: "api_keys", type: "integer", nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "max_body_bytes", schema: "access", table: "api_keys");
            migrationBuilder.DropColumn(name: "max_samples_per_request", schema: "access", table: "api_keys");
        }
    }
}
