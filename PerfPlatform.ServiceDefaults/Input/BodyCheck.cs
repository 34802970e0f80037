using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Holds a JSON body against the type that it is to become, before it is bound: names what is unknown, missing, null or of another form, with its path.
/// Pure. What a type cannot say (ranges, what goes with what) is the API's own to check.
/// </summary>
public sealed class BodyCheck
{
    // Bounds what is told.
    private const int MaxErrors = 5;

    private readonly JsonSerializerOptions _options;
    private readonly List<string> _errors = [];

    private BodyCheck(JsonSerializerOptions options) => _options = options;

    /// <summary>What is wrong, or null.</summary>
    /// <param name="body">The body.</param>
    /// <param name="type">What it is to become.</param>
    /// <param name="shown">What the endpoint answers with, where the fields of that may come back and count for nothing; null: none may.</param>
    /// <param name="options">How the body is read.</param>
    public static string? Find(JsonElement body, Type type, Type? shown, JsonSerializerOptions options)
    {
        var check = new BodyCheck(options);
        check.Nul(body, "");
        if (check._errors.Count == 0) check.Value(body, type, "", shown);
        return check._errors.Count == 0 ? null : string.Join(' ', check._errors);
    }

    // In every text, also of types that read themselves.
    private void Nul(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when ValueForm.HasNul(value.GetString()!):
                Tell(path, ValueForm.Nul);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Nul(item, $"{path}[{index++}]");
                break;
            case JsonValueKind.Object:
                foreach (var field in value.EnumerateObject())
                {
                    if (ValueForm.HasNul(field.Name)) Tell(path, ValueForm.Nul);
                    else Nul(field.Value, Path(path, field.Name));
                }

                break;
        }
    }

    private void Value(JsonElement value, Type type, string path, Type? shown = null)
    {
        var form = _options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        switch (form.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                Members(value, form, path, shown);
                break;
            case JsonTypeInfoKind.Dictionary when value.ValueKind == JsonValueKind.Object:
                foreach (var entry in value.EnumerateObject()) Item(entry.Value, form.ElementType!, Path(path, entry.Name));
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Item(item, form.ElementType!, $"{path}[{index++}]");
                break;
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary:
                Tell(path, "must be an object: { ... }.");
                break;
            case JsonTypeInfoKind.Enumerable:
                Tell(path, "must be a list: [ ... ].");
                break;
            default:
                Single(value, type, path);
                break;
        }
    }

    private void Members(JsonElement value, JsonTypeInfo form, string path, Type? shown)
    {
        var missing = form.Properties.Where(p => p.IsRequired).ToList();
        foreach (var field in value.EnumerateObject())
        {
            if (Find(form, field.Name) is not { } known)
            {
                if (shown is null || !_options.GetTypeInfo(shown).Properties.Any(p => p.Get is not null && Same(p.Name, field.Name)))
                    Tell(Path(path, field.Name), "is not a field that is known here: " + NearestWord.Advice(field.Name, [.. form.Properties.Where(IsTaken).Select(p => p.Name)]));
                continue;
            }

            missing.Remove(known);
            var at = Path(path, known.Name);
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                if (!MayBeNull(known)) Null(at);
            }
            else if (known.CustomConverter is null)
            {
                Value(field.Value, known.PropertyType, at);
            }
            else if (known.CustomConverter is not TimeTextJsonConverter)
            {
                Single(field.Value, known.PropertyType, at);
            }
            else if (field.Value.ValueKind != JsonValueKind.String && !(field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt64(out _)))
            {
                Tell(at, "must be a time: RFC 3339 with an offset, Unix milliseconds, now, or for example now-15m.");
            }
        }

        foreach (var property in missing) Tell(Path(path, property.Name), "is required.");
    }

    // Nothing says of the items of lists and dictionaries that they may be null, but that they are nullable values.
    private void Item(JsonElement value, Type type, string path)
    {
        if (value.ValueKind != JsonValueKind.Null) Value(value, type, path);
        else if (Nullable.GetUnderlyingType(type) is null) Null(path);
    }

    private void Single(JsonElement value, Type type, string path)
    {
        if (ValueForm.Check(value, type) is { } error) Tell(path, error);
    }

    private static JsonPropertyInfo? Find(JsonTypeInfo form, string name) => form.Properties.FirstOrDefault(p => IsTaken(p) && Same(p.Name, name));

    private static bool IsTaken(JsonPropertyInfo property) => property.Set is not null || property.AssociatedParameter is not null;

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsSetNullable;

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private void Null(string path) => Tell(path, "must not be null: leave it out, or write a value.");

    private void Tell(string path, string error)
    {
        if (_errors.Count < MaxErrors) _errors.Add(path.Length == 0 ? "The body " + error : $"'{path}' {error}");
    }

    private static string Path(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
