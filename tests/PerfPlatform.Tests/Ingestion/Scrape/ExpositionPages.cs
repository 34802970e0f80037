using System.Text;

namespace PerfPlatform.Tests.Ingestion.Scrape;

/// <summary>Makes pages, good and broken ones, of the pieces on which a reader may stumble.</summary>
internal static class ExpositionPages
{
    private static readonly string[] Names = ["up", "a:b", "http.requests", "_x", "go_gc_seconds", "x1", "", "9a", "é"];
    private static readonly string[] LabelNames = ["code", "le", "_p", "k8s.pod", "\"quoted name\"", "\"esc\\\"aped\"", "\"http.requests\"", "9", "a:b", ""];
    private static readonly string[] LabelValues = ["\"200\"", "\"\"", "\"C:\\\\x\"", "\"a\\nb\"", "\"say \\\"hi\\\"\"", "\"}{,= #\"", "\"Köln\"", "\"\\q\"", "\"\\\\\"", "\"", "200", "\"\\"];
    private static readonly string[] Values =
    [
        "1", "0", "-1.5", "1e3", "0.1", ".5", "5.", "+3", "1027", "123456789012345", "1234567890123456789", "NaN", "+Inf", "-Inf", "inf", "nan", "+NaN", "1e999", "0x1", "--1", "1_0", "-", "1,5", "9.007199254740993e15",
    ];

    private static readonly string[] Times = ["1790000000000", "1790000000.5", "-1", "0", "1e9", "99999999999999999999", "x", "1.5.2"];
    private static readonly string[] Comments = ["# a comment", "# TYPE up gauge", "# HELP up What it \\n is", "#", "# TYPE", "#TYPE up counter", "# EOF ", "# eof", "# UNIT up seconds", "", "  ", "# HELP \"a b\" x"];
    private static readonly string[] Strays = [" ", "\t", "{", "}", "\"", "\\", ",", "=", "#", "\n", "\r", "x", "1"];

    public static string Make(int seed, bool openMetrics)
    {
        var random = new Random(seed);
        var page = new StringBuilder();
        // Pages of many lines would mostly have a bad one, and so be bad.
        for (var lines = random.Next(1, 4); lines > 0; lines--)
        {
            var pieces = random.Next(4) == 0 ? [Pick(random, Comments)] : Sample(random, openMetrics);
            if (random.Next(6) == 0)
            {
                var at = random.Next(pieces.Count + 1);
                if (random.Next(3) > 0 || at == pieces.Count) pieces.Insert(at, Pick(random, Strays));
                else pieces.RemoveAt(at);
            }

            page.AppendJoin("", pieces).Append(random.Next(8) == 0 ? "\r\n" : "\n");
        }

        if (openMetrics && random.Next(12) > 0) page.Append(random.Next(3) > 0 ? "# EOF\n" : "# EOF");
        else if (random.Next(3) == 0) page.Length--;
        return page.ToString();
    }

    private static List<string> Sample(Random random, bool openMetrics)
    {
        List<string> pieces = [];
        var quoted = random.Next(8) == 0;
        if (!quoted) pieces.Add(Good(random, Names, 6));
        if (random.Next(10) == 0) pieces.Add(" ");
        if (quoted || random.Next(3) > 0)
        {
            pieces.Add("{");
            if (quoted) pieces.AddRange(["\"my.metric\"", random.Next(4) > 0 ? ", " : ","]);
            for (var labels = random.Next(4); labels > 0; labels--)
            {
                pieces.AddRange([Good(random, LabelNames, 6), random.Next(8) == 0 ? " = " : "=", Good(random, LabelValues, 9)]);
                if (labels > 1 || random.Next(6) == 0) pieces.Add(random.Next(5) == 0 ? " , " : ",");
            }

            pieces.Add("}");
        }

        pieces.AddRange([random.Next(8) == 0 ? "\t " : " ", Good(random, Values, 15)]);
        if (random.Next(3) == 0) pieces.AddRange([" ", Good(random, Times, openMetrics ? 5 : 1)]);
        if (random.Next(openMetrics ? 4 : 20) == 0) pieces.Add(" # {trace_id=\"a b\"} 0.67 1790000000.2");
        return pieces;
    }

    // Mostly one of the first, which are good.
    private static string Good(Random random, string[] pieces, int good) => pieces[random.Next(10) > 0 ? random.Next(good) : random.Next(pieces.Length)];

    private static string Pick(Random random, string[] pieces) => pieces[random.Next(pieces.Length)];
}
