using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>The registry, the inbox, the segments and the leases of their writers.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20260701000000_MetricStore")]
public sealed class MetricStore : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            -- Looked for first: an administrator may have made it for a user who may not.
            DO $$ BEGIN IF to_regnamespace('metrics') IS NULL THEN CREATE SCHEMA metrics; END IF; END $$;

            CREATE TABLE metrics.registry (
                singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
                epoch uuid NOT NULL);
            INSERT INTO metrics.registry (epoch) VALUES (gen_random_uuid());

            CREATE TABLE metrics.series (
                id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                fingerprint bytea NOT NULL UNIQUE,
                metric text NOT NULL,
                labels jsonb NOT NULL,
                unit text NOT NULL,
                kind smallint NOT NULL,
                metadata jsonb NOT NULL,
                first_seen timestamptz NOT NULL,
                last_seen timestamptz NOT NULL);
            CREATE INDEX series_metric ON metrics.series (metric);
            CREATE INDEX series_labels ON metrics.series USING gin (labels jsonb_path_ops);

            CREATE TABLE metrics.partition_lease (
                partition int PRIMARY KEY,
                owner text NOT NULL,
                epoch bigint NOT NULL,
                expires timestamptz NOT NULL);

            -- Writers take ids in blocks of 1,024, so that they know the ids of their rows before the commit.
            CREATE SEQUENCE metrics.inbox_block INCREMENT BY 1024;
            CREATE TABLE metrics.inbox (
                id bigint PRIMARY KEY,
                partition int NOT NULL,
                stamp_at bigint NOT NULL,
                stamp_instance bigint NOT NULL,
                stamp_sequence bigint NOT NULL,
                payload bytea NOT NULL);
            -- The payload is compressed already. Rows live for seconds: clean up by number, not by share.
            ALTER TABLE metrics.inbox ALTER COLUMN payload SET STORAGE EXTERNAL;
            ALTER TABLE metrics.inbox SET (
                autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000,
                toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 50000);

            -- A segment never crosses a full hour (UTC): so a query looks at most one hour back for a start.
            CREATE TABLE metrics.segment (
                series_id int NOT NULL,
                start_time timestamptz NOT NULL,
                end_time timestamptz NOT NULL,
                stamp_at bigint NOT NULL,
                stamp_instance bigint NOT NULL,
                stamp_sequence bigint NOT NULL,
                count int NOT NULL,
                min double precision NOT NULL,
                max double precision NOT NULL,
                sum double precision NOT NULL,
                first double precision NOT NULL,
                last double precision NOT NULL,
                data bytea NOT NULL);
            ALTER TABLE metrics.segment ALTER COLUMN data SET STORAGE EXTERNAL;
            CREATE INDEX segment_series_start ON metrics.segment (series_id, start_time DESC);
            """);

        // Without its library preloaded CREATE EXTENSION would end the session, so look first for a setting that only the loaded library has
        // (shared_preload_libraries itself is hidden from ordinary users). Plain PostgreSQL keeps a plain table.
        migrationBuilder.Sql("""
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
                    AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
                    AND EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.disable_load')
                THEN
                    BEGIN
                        CREATE EXTENSION timescaledb;
                    EXCEPTION WHEN insufficient_privilege THEN
                        RAISE WARNING 'timescaledb is installed, but this user may not create the extension: %', SQLERRM;
                    END;
                END IF;
            END
            $$;
            """);
        migrationBuilder.Sql("""
            DO $$
            BEGIN
                IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
                    PERFORM create_hypertable('metrics.segment', 'start_time', chunk_time_interval => INTERVAL '2 hours', create_default_indexes => false);
                END IF;
            END
            $$;
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("DROP TABLE metrics.segment, metrics.inbox, metrics.partition_lease, metrics.series, metrics.registry; DROP SEQUENCE metrics.inbox_block;");
}
