namespace PerfPlatform.Analysis.Migrations;

/// <summary>How SQL reads a row of a roll-up, as it stands now: the migrations that need it run it.</summary>
internal static class RollupFunctions
{
    public const string Sql = """
        -- A field of some bits as a signed number.
        CREATE OR REPLACE FUNCTION metrics.rollup_field(bits varbit, at int, width int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN substring(bits FROM at + 1 FOR width)::bit(64)::bigint >> ((64 - width) & 63);

        -- A double from its bits.
        CREATE OR REPLACE FUNCTION metrics.rollup_double(bits bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN CASE (bits >> 52) & 2047
                WHEN 2047 THEN CASE WHEN bits & 4503599627370495 <> 0 THEN 'NaN'::float8 WHEN bits < 0 THEN '-Infinity'::float8 ELSE 'Infinity'::float8 END
                WHEN 0 THEN CASE WHEN bits < 0 THEN -1 ELSE 1 END::float8 * (bits & 4503599627370495)::float8 * '4.9406564584124654e-324'::float8
                ELSE CASE WHEN bits < 0 THEN -1 ELSE 1 END::float8 * ((bits & 4503599627370495) | 4503599627370496)::float8 * (2::float8 ^ (((bits >> 52) & 2047) - 1075)::float8)
            END;

        -- A double that is told by its number among the words of a row: 0 is the double 0, the others are so many bits above the least of them.
        CREATE OR REPLACE FUNCTION metrics.rollup_word(bits varbit, at int, index int, width int, base bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN CASE metrics.rollup_field(bits, at, index) WHEN 0 THEN 0::float8 ELSE metrics.rollup_double(base
                + (metrics.rollup_field(bits, 136 + ((metrics.rollup_field(bits, at, index) & ~((-1)::bigint << index))::int - 1) * width, width) & ~((-1)::bigint << width))) END;

        -- The slots of a row that hold something; docs/store.md says what the bytes mean.
        CREATE OR REPLACE FUNCTION metrics.rollup_slots(data bytea) RETURNS TABLE (
            slot int, count bigint, sum double precision, min double precision, max double precision, first double precision, last double precision, increase double precision)
        LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 60 AS $$
            SELECT v.slot, v.count, v.sum, v.min, v.max, v.first, v.last, v.increase
            FROM (
                SELECT get_byte(data, 0) AS form, get_byte(data, 1) AS start, get_byte(data, 2) AS slots, get_byte(data, 3) AS flags,
                    ('x' || encode(data, 'hex'))::varbit AS bits OFFSET 0) h
            CROSS JOIN LATERAL (
                SELECT h.start + c.i AS slot, c.count::bigint AS count, (floor(c.count * (c.last - c.move + c.last) / 2) + c.sum) / c.power AS sum,
                    (least(c.last - c.move, c.last) - c.below) / c.power AS min, (greatest(c.last - c.move, c.last) + c.above) / c.power AS max,
                    (c.last - c.move) / c.power AS first, c.last / c.power AS last,
                    CASE WHEN h.flags < 128 THEN (c.gap + c.move + c.lost) / c.power END AS increase
                FROM (
                    SELECT f.*, w.power, w.anchor + sum(CASE WHEN f.count = 0 THEN 0 ELSE f.gap + f.move END) OVER (ORDER BY f.i ROWS UNBOUNDED PRECEDING) AS last
                    FROM (
                        SELECT b.*, b.w1 + b.w2 + b.w3 + b.w4 + b.w5 + b.w6 AS width, 160 + 7 * b.w AS counts, 160 + 7 * b.w + h.slots * b.w0 AS map,
                            160 + 7 * b.w + h.slots * b.w0 + CASE WHEN h.flags & 64 = 0 THEN 0 ELSE h.slots END AS start,
                            metrics.rollup_field(h.bits, 96, 64)::float8 AS anchor,
                            ('{1,1e1,1e2,1e3,1e4,1e5,1e6,1e7,1e8,1e9,1e10,1e11,1e12,1e13,1e14,1e15}'::float8[])[(h.flags & 15) + 1] AS power,
                            metrics.rollup_field(h.bits, 160, b.w) AS b0, metrics.rollup_field(h.bits, 160 + b.w, b.w) AS b1, metrics.rollup_field(h.bits, 160 + 2 * b.w, b.w) AS b2,
                            metrics.rollup_field(h.bits, 160 + 3 * b.w, b.w) AS b3, metrics.rollup_field(h.bits, 160 + 4 * b.w, b.w) AS b4,
                            metrics.rollup_field(h.bits, 160 + 5 * b.w, b.w) AS b5, metrics.rollup_field(h.bits, 160 + 6 * b.w, b.w) AS b6
                        FROM (
                            SELECT get_byte(data, 4) AS w0, get_byte(data, 5) AS w1, get_byte(data, 6) AS w2, get_byte(data, 7) AS w3,
                                get_byte(data, 8) AS w4, get_byte(data, 9) AS w5, get_byte(data, 10) AS w6, get_byte(data, 11) AS w OFFSET 0) b
                        OFFSET 0) w
                    CROSS JOIN LATERAL (
                        SELECT t.i, t.count,
                            coalesce(w.b1 + metrics.rollup_field(h.bits, t.at, w.w1), 0)::float8 AS gap,
                            coalesce(w.b2 + metrics.rollup_field(h.bits, t.at + w.w1, w.w2), 0)::float8 AS move,
                            coalesce(w.b3 + metrics.rollup_field(h.bits, t.at + w.w1 + w.w2, w.w3), 0)::float8 AS below,
                            coalesce(w.b4 + metrics.rollup_field(h.bits, t.at + w.w1 + w.w2 + w.w3, w.w4), 0)::float8 AS above,
                            coalesce(w.b5 + metrics.rollup_field(h.bits, t.at + w.w1 + w.w2 + w.w3 + w.w4, w.w5), 0)::float8 AS sum,
                            coalesce(w.b6 + metrics.rollup_field(h.bits, t.at + w.w1 + w.w2 + w.w3 + w.w4 + w.w5, w.w6), 0)::float8 AS lost
                        FROM (
                            -- Where the slot's fields are; NULL where the map says that nothing happened.
                            SELECT i, (w.b0 + metrics.rollup_field(h.bits, w.counts + i * w.w0, w.w0))::float8 AS count,
                                CASE WHEN h.flags & 64 = 0 THEN w.start + i * w.width
                                    WHEN get_bit(h.bits, w.map + i) = 1 THEN w.start + w.width * bit_count(substring(h.bits FROM w.map + 1 FOR i))::int END AS at
                            FROM generate_series(0, 59) i WHERE i < h.slots OFFSET 0) t) f
                    WHERE h.form = 1) c
                WHERE c.count > 0
                UNION ALL
                SELECT h.start + d.i, d.count, metrics.rollup_double(metrics.rollup_field(h.bits, d.at + 256, 64)),
                    metrics.rollup_double(metrics.rollup_field(h.bits, d.at + 128, 64)), metrics.rollup_double(metrics.rollup_field(h.bits, d.at + 192, 64)),
                    metrics.rollup_double(metrics.rollup_field(h.bits, d.at, 64)), metrics.rollup_double(metrics.rollup_field(h.bits, d.at + 64, 64)),
                    CASE WHEN h.flags < 128 THEN metrics.rollup_double(metrics.rollup_field(h.bits, d.at + 320, 64)) END
                FROM (
                    SELECT i, 40 + i * (w.w + w.doubles) + w.w AS at, metrics.rollup_field(h.bits, 40 + i * (w.w + w.doubles), w.w) AS count
                    FROM (SELECT get_byte(data, 4) AS w, CASE WHEN h.flags < 128 THEN 384 ELSE 320 END AS doubles OFFSET 0) w
                    CROSS JOIN generate_series(0, 59) i WHERE i < h.slots AND h.form = 2) d
                WHERE d.count > 0
                UNION ALL
                SELECT h.start + e.i, e.count, metrics.rollup_word(h.bits, e.at + 4 * e.x, e.x, e.w, e.base),
                    metrics.rollup_word(h.bits, e.at + 2 * e.x, e.x, e.w, e.base), metrics.rollup_word(h.bits, e.at + 3 * e.x, e.x, e.w, e.base),
                    metrics.rollup_word(h.bits, e.at, e.x, e.w, e.base), metrics.rollup_word(h.bits, e.at + e.x, e.x, e.w, e.base),
                    CASE WHEN h.flags < 128 THEN metrics.rollup_word(h.bits, e.at + 5 * e.x, e.x, e.w, e.base) END
                FROM (
                    SELECT i, w.x, w.w, w.base, metrics.rollup_field(h.bits, w.counts + i * w.c, w.c) AS count, w.counts + h.slots * w.c + i * w.fields * w.x AS at
                    FROM (
                        SELECT get_byte(data, 4) AS c, get_byte(data, 7) AS x, get_byte(data, 8) AS w, metrics.rollup_field(h.bits, 72, 64) AS base,
                            136 + (get_byte(data, 5) * 256 + get_byte(data, 6)) * get_byte(data, 8) AS counts, CASE WHEN h.flags < 128 THEN 6 ELSE 5 END AS fields
                        WHERE h.form = 3 OFFSET 0) w
                    CROSS JOIN generate_series(0, 59) i WHERE i < h.slots) e
                WHERE e.count > 0) v
        $$;
        """;
}
