using System.Text;

namespace PerfPlatform.Tests.Ingestion.Influx;

/// <summary>Makes bodies of line protocol, good and broken ones, of the pieces on which a reader may stumble.</summary>
internal static class LineBodies
{
    private static readonly string[] Names = ["cpu", "a", "é", "value", "x.y", @"a\ b", @"a\,b", @"a\=b", @"a\b", @"c:\\", "__name__", "\"q\"", "a\tb"];
    private static readonly string[] Values =
    [
        "1", "-1.5", "0.1", "1e3", "-2.5E-3", ".5", "1.", "42i", "-7i", "9223372036854775807i", "9223372036854775808i", "18446744073709551615u", "-1u", "t", "FALSE", "True", "tru",
        "1e999", "NaN", "-Infinity", "0x1", "1_0", "-", ".", "i", "\"text\"", "\"a,b c=d\"", "\"two\nlines\"", "\"say \\\"hi\\\"\"", "\"back\\\\\"", "\"", "\"\"", "1\r", "--1", "+1",
    ];

    private static readonly string[] Strays = [" ", ",", "=", "\n", "\\", "\"", "#", "\r\n", "\t", "x", "1", ",,", "=="];

    public static string Make(int seed)
    {
        var random = new Random(seed);
        var body = new StringBuilder();
        for (var lines = random.Next(1, 6); lines > 0; lines--)
        {
            var pieces = Line(random);
            for (var mistakes = random.Next(3) - 1; mistakes > 0; mistakes--)
            {
                var at = random.Next(pieces.Count);
                switch (random.Next(3))
                {
                    case 0: pieces[at] = Pick(random, Strays); break;
                    case 1: pieces.Insert(at, Pick(random, Strays)); break;
                    default: pieces.RemoveAt(at); break;
                }
            }

            body.AppendJoin("", pieces);
        }

        return body.ToString();
    }

    private static List<string> Line(Random random)
    {
        if (random.Next(12) == 0) return ["# a comment, with=signs \"", "\n"];
        List<string> pieces = [Name(random)];
        for (var tags = random.Next(4); tags > 0; tags--) pieces.AddRange([",", Name(random), "=", Name(random)]);
        for (var fields = random.Next(1, 4); fields > 0; fields--)
        {
            // Mostly good values, or few lines would be.
            pieces.AddRange([pieces.Contains(" ") ? "," : " ", Name(random), "=", random.Next(3) > 0 ? Values[random.Next(9)] : Pick(random, Values)]);
        }

        if (random.Next(3) > 0) pieces.AddRange([" ", Time(random)]);
        pieces.Add(random.Next(4) == 0 ? "\r\n" : "\n");
        return pieces;
    }

    private static string Time(Random random) => random.Next(20) switch
    {
        0 => "99999999999999999999",
        1 => "-1",
        2 => "0",
        3 => "1.5",
        _ => ((IntakeHarness.Now * 1_000_000) - random.NextInt64(100_000_000_000)).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    // Mostly plain names, for the same reason.
    private static string Name(Random random) => random.Next(3) > 0 ? Names[random.Next(8)] : Pick(random, Names);

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
