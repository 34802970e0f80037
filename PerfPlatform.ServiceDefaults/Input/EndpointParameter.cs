using Microsoft.Extensions.Primitives;

namespace PerfPlatform.ServiceDefaults;

/// <summary>A parameter in an address.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it becomes; an array where it may be repeated.</param>
/// <param name="IsRequired">Whether it must be there.</param>
public sealed record EndpointParameter(string Name, Type Type, bool IsRequired)
{
    /// <summary>What is wrong with what was written, or null.</summary>
    public string? Check(StringValues values)
    {
        if (values.Count > 1 && !Type.IsArray) return $"'{Name}' is there {values.Count} times: write it once.";
        var type = Type.IsArray ? Type.GetElementType()! : Type;
        return values.Select(value => ValueForm.Check(value ?? "", type)).FirstOrDefault(error => error is not null) is { } wrong ? $"'{Name}' {wrong}" : null;
    }
}
