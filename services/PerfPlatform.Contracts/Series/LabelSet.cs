using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Series;

/// <summary>The labels of a series in their canonical order: sorted by name (ordinal), each name once. Immutable; equal when the labels are.</summary>
[JsonConverter(typeof(LabelSetJsonConverter))]
public sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>
{
    private readonly Label[] _labels;

    private LabelSet(Label[] sorted) => _labels = sorted;

    /// <summary>No labels.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <inheritdoc />
    public int Count => _labels.Length;

    /// <inheritdoc />
    public Label this[int index] => _labels[index];

    /// <summary>The value of a label, or null when the set has none of that name.</summary>
    public string? this[string name] => TryGetValue(name, out var value) ? value : null;

    /// <summary>Sorts labels into canonical order.</summary>
    /// <exception cref="ArgumentException">A name is empty or comes twice.</exception>
    public static LabelSet From(IEnumerable<Label> labels)
    {
        var sorted = labels.ToArray();
        if (sorted.Length == 0) return Empty;
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Name.Length == 0) throw new ArgumentException("A label has no name.", nameof(labels));
            if (i > 0 && sorted[i].Name == sorted[i - 1].Name) throw new ArgumentException($"The label '{sorted[i].Name}' comes twice.", nameof(labels));
        }

        return new LabelSet(sorted);
    }

    /// <summary>Sorts labels given as name and value pairs.</summary>
    /// <exception cref="ArgumentException">A name is empty or comes twice.</exception>
    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var array = new Label[labels.Length];
        for (var i = 0; i < labels.Length; i++) array[i] = new Label(labels[i].Name, labels[i].Value);
        return From(array);
    }

    /// <summary>Looks a label up by its name (binary search, ordinal).</summary>
    public bool TryGetValue(string name, [NotNullWhen(true)] out string? value)
    {
        int low = 0, high = _labels.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_labels[middle].Name, name);
            if (order == 0)
            {
                value = _labels[middle].Value;
                return true;
            }

            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        value = null;
        return false;
    }

    /// <summary>The labels as a span, in canonical order.</summary>
    public ReadOnlySpan<Label> AsSpan() => _labels;

    /// <summary>The same labels, each as another copy of itself, so that many sets can share one.</summary>
    /// <param name="share">Gives an equal label for a label.</param>
    public LabelSet Sharing(Converter<Label, Label> share) => _labels.Length == 0 ? Empty : new LabelSet(Array.ConvertAll(_labels, share));

    /// <summary>Only the labels that are named.</summary>
    public LabelSet Only(IReadOnlyCollection<string> names)
    {
        var kept = Array.FindAll(_labels, label => names.Contains(label.Name));
        return kept.Length == 0 ? Empty : new LabelSet(kept);
    }

    /// <inheritdoc />
    public bool Equals(LabelSet? other) => other is not null && _labels.AsSpan().SequenceEqual(other._labels);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var label in _labels)
        {
            hash.Add(label.Name);
            hash.Add(label.Value);
        }

        return hash.ToHashCode();
    }

    /// <summary><c>{a="1", b="2"}</c>, as Prometheus writes labels.</summary>
    public override string ToString() => "{" + string.Join(", ", _labels.Select(l => $"{l.Name}=\"{l.Value}\"")) + "}";

    /// <inheritdoc />
    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();
}
