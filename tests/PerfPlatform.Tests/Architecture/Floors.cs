namespace PerfPlatform.Tests.Architecture;

/// <summary>The rooms of an assembly stand on floors: none is reached again from what it uses. Each knot of circles is told once, by its shortest circle.</summary>
internal static class Floors
{
    public static IEnumerable<string> Breaches(IEnumerable<TypeUse> uses)
    {
        var rooms = uses.Where(use => use.Room != use.UsedRoom)
            .GroupBy(use => use.Room)
            .ToDictionary(room => room.Key, room => room.GroupBy(use => use.UsedRoom).ToDictionary(used => used.Key, used => used.First()));
        var told = new HashSet<string>();
        foreach (var circle in rooms.Keys.Order(StringComparer.Ordinal).Select(room => Shortest(rooms, room)).OfType<List<TypeUse>>().OrderBy(circle => circle.Count))
        {
            if (circle.Exists(use => told.Contains(use.Room))) continue;
            told.UnionWith(Reachable(rooms, circle[0].Room).Where(room => Reachable(rooms, room).Contains(circle[0].Room)));
            yield return string.Join(" -> ", circle.Select(use => use.Room).Append(circle[0].Room)) + ": "
                + string.Join(", ", circle.Select(use => $"{use.Type} uses {use.UsedType}"));
        }
    }

    /// <summary>The shortest way from a room back to it, or null.</summary>
    private static List<TypeUse>? Shortest(Dictionary<string, Dictionary<string, TypeUse>> rooms, string start)
    {
        var cameBy = new Dictionary<string, TypeUse>();
        var next = new Queue<string>([start]);
        while (next.TryDequeue(out var room))
        {
            foreach (var use in Uses(rooms, room).Where(use => cameBy.TryAdd(use.UsedRoom, use)))
            {
                if (use.UsedRoom != start)
                {
                    next.Enqueue(use.UsedRoom);
                    continue;
                }

                var circle = new List<TypeUse> { use };
                while (circle[0].Room != start) circle.Insert(0, cameBy[circle[0].Room]);
                return circle;
            }
        }

        return null;
    }

    private static HashSet<string> Reachable(Dictionary<string, Dictionary<string, TypeUse>> rooms, string start)
    {
        var seen = new HashSet<string>();
        var next = new Stack<string>([start]);
        while (next.TryPop(out var room))
        {
            foreach (var use in Uses(rooms, room).Where(use => seen.Add(use.UsedRoom))) next.Push(use.UsedRoom);
        }

        return seen;
    }

    private static IEnumerable<TypeUse> Uses(Dictionary<string, Dictionary<string, TypeUse>> rooms, string room) =>
        rooms.TryGetValue(room, out var uses) ? uses.Values.OrderBy(use => use.UsedRoom, StringComparer.Ordinal) : [];
}
