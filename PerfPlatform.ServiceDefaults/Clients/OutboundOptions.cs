using System.ComponentModel.DataAnnotations;
using System.Net;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Where webhooks, probes, report deliveries and scraping may connect to, section <c>Outbound</c>.</summary>
public sealed record OutboundOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Outbound";

    /// <summary>false: private and loopback addresses are refused too. What is watched mostly lives there, so they are allowed.</summary>
    public bool AllowPrivate { get; init; } = true;

    /// <summary>Networks that are allowed whatever else is refused, for example <c>169.254.10.0/24</c>.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Allow.Where(network => !IPNetwork.TryParse(network, out _)).Select(network => new ValidationResult($"{Section}:Allow has '{network}': write networks such as 10.1.0.0/16 or fd00::/8.", [nameof(Allow)]));
}
