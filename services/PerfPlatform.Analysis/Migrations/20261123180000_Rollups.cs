using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>The roll-ups at one minute and one hour, and the views by which people read them.</summary>
[DbContext(typeof(MetricsContext))]
[Migration("20261123180000_Rollups")]
public sealed class Rollups : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            -- One row for each series and hour with its minutes; one for each series and day with its hours.
            CREATE TABLE metrics.rollup_1m (start_time timestamptz NOT NULL, series_id int NOT NULL, data bytea NOT NULL);
            CREATE TABLE metrics.rollup_1h (start_time timestamptz NOT NULL, series_id int NOT NULL, data bytea NOT NULL);
            CREATE UNIQUE INDEX rollup_1m_series_start ON metrics.rollup_1m (series_id, start_time);
            CREATE UNIQUE INDEX rollup_1h_series_start ON metrics.rollup_1h (series_id, start_time);
            -- The bytes are packed already.
            ALTER TABLE metrics.rollup_1m ALTER COLUMN data SET STORAGE EXTERNAL;
            ALTER TABLE metrics.rollup_1h ALTER COLUMN data SET STORAGE EXTERNAL;
            """);
        migrationBuilder.Sql("""
            DO $$
            BEGIN
                IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
                    PERFORM create_hypertable('metrics.rollup_1m', 'start_time', chunk_time_interval => INTERVAL '1 day', create_default_indexes => false);
                    PERFORM create_hypertable('metrics.rollup_1h', 'start_time', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
                END IF;
            END
            $$;
            """);
        migrationBuilder.Sql(RollupFunctions.Sql);
        migrationBuilder.Sql("""
            -- For people. Name the hour (or day) as well as the time in a condition: only that keeps other chunks from being read.
            CREATE VIEW metrics.samples_1m AS
                SELECT r.series_id, s.metric, s.labels, s.unit, r.start_time + v.slot * INTERVAL '1 minute' AS time, r.start_time AS hour,
                    v.count, v.sum, v.min, v.max, v.sum / v.count AS avg, v.first, v.last, v.increase
                FROM metrics.rollup_1m r JOIN metrics.series s ON s.id = r.series_id CROSS JOIN LATERAL metrics.rollup_slots(r.data) v;
            CREATE VIEW metrics.samples_1h AS
                SELECT r.series_id, s.metric, s.labels, s.unit, r.start_time + v.slot * INTERVAL '1 hour' AS time, r.start_time AS day,
                    v.count, v.sum, v.min, v.max, v.sum / v.count AS avg, v.first, v.last, v.increase
                FROM metrics.rollup_1h r JOIN metrics.series s ON s.id = r.series_id CROSS JOIN LATERAL metrics.rollup_slots(r.data) v;

            -- The newest sample that is in a segment, seconds old: by the index, a series at a time.
            CREATE VIEW metrics.latest AS
                SELECT s.id AS series_id, s.metric, s.labels, s.unit, g.end_time AS time, g.last AS value
                FROM metrics.series s CROSS JOIN LATERAL (
                    SELECT end_time, last FROM metrics.segment WHERE series_id = s.id ORDER BY start_time DESC LIMIT 1) g;
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP VIEW metrics.latest, metrics.samples_1h, metrics.samples_1m;
        DROP FUNCTION metrics.rollup_slots, metrics.rollup_double, metrics.rollup_field;
        DROP TABLE metrics.rollup_1h, metrics.rollup_1m;
        """);
}
