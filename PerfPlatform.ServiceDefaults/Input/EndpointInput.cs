using Microsoft.Extensions.Primitives;

namespace PerfPlatform.ServiceDefaults;

/// <summary>What an endpoint takes.</summary>
/// <param name="Parameters">The parameters of its address.</param>
/// <param name="Body">What a JSON body becomes; null where there is none.</param>
/// <param name="BodyIsOptional">Whether the body may be left out.</param>
/// <param name="Shown">What it answers with, where the fields of that may come back in the body: what GET shows may be changed and PUT.</param>
public sealed record EndpointInput(IReadOnlyList<EndpointParameter> Parameters, Type? Body, bool BodyIsOptional, Type? Shown)
{
    /// <summary>What is wrong with an address, or null.</summary>
    public string? CheckQuery(IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var errors = new List<string>();
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in query)
        {
            given.Add(name);
            if (Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } known)
                errors.Add($"'{name}' is not a parameter that is known here: {NearestWord.Advice(name, [.. Parameters.Select(p => p.Name)])}");
            else if (known.Check(values) is { } error)
                errors.Add(error);
        }

        errors.AddRange(Parameters.Where(p => p.IsRequired && !given.Contains(p.Name)).Select(p => $"'{p.Name}' is required in the address."));
        return errors.Count == 0 ? null : string.Join(' ', errors.Take(5));
    }
}
