using System.ComponentModel;
using PerfPlatform.Tests.Architecture.Sample.Lower;

// What the reader of the floors is tried with: each type uses one of the lower room in another way.
namespace PerfPlatform.Tests.Architecture.Sample.Upper;

internal sealed class UsesBase : LowerType;

internal sealed class UsesConstraint<T> where T : LowerType
{
    public Type Type => typeof(T);
}

internal sealed class UsesField
{
    private readonly LowerType[] _types = [];

    public int Count => _types.Length;
}

internal interface UsesParameter
{
    void Take(LowerType type);
}

internal sealed class UsesGenericArgument
{
    public static object Make() => new List<Dictionary<string, LowerType[]>>();
}

[Lower]
internal sealed class UsesAttribute;

[TypeConverter(typeof(LowerType))]
internal sealed class UsesNameInAttribute;

internal sealed class UsesInCode
{
    public static int Add() => LowerType.Number() + 1;
}

internal sealed class UsesInLambda
{
    public static Func<int, int> Add(int more) => number => number + more + LowerType.Number();
}

internal sealed class UsesInAsync
{
    public static async Task<int> AddAsync()
    {
        await Task.Yield();
        return LowerType.Number();
    }
}

internal sealed class UsesInNested
{
    internal sealed class Inner
    {
        public static int Add() => LowerType.Number();
    }
}

internal sealed class UsesCaught
{
    public static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (LowerException)
        {
            // Only the type matters.
        }
    }
}
