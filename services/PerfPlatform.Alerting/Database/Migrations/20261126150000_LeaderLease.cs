using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Alerting.Database.Migrations;

/// <summary>
/// Which process evaluates and notifies (partition 0), who takes part in the choice, and the check that a writer still leads: it holds the lease until the end of the
/// transaction, which the database itself ends when the writer stands still within it.
/// </summary>
[DbContext(typeof(AlertingContext))]
[Migration("20261126150000_LeaderLease")]
public sealed class LeaderLease : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql($"""
        CREATE TABLE alerting.partition_lease (
            partition int PRIMARY KEY,
            owner text NOT NULL,
            epoch bigint NOT NULL,
            expires timestamptz NOT NULL);

        CREATE TABLE alerting.lease_member (
            owner text PRIMARY KEY,
            number int GENERATED ALWAYS AS IDENTITY UNIQUE,
            address text NOT NULL,
            seen timestamptz NOT NULL);

        CREATE FUNCTION alerting.check_leader(held bigint) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('idle_in_transaction_session_timeout', '3000', true);
            PERFORM FROM alerting.partition_lease WHERE partition = 0 AND epoch = held FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'Another process evaluates and notifies by now.' USING ERRCODE = '{DatabaseTrouble.NotLeading}';
            END IF;
        END $$;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("DROP FUNCTION alerting.check_leader(bigint); DROP TABLE alerting.partition_lease, alerting.lease_member;");
}
