using System.Text.RegularExpressions;

namespace PerfPlatform.Web.Access.Users;

/// <summary>What a name and a password must be like.</summary>
public static partial class UserRules
{
    /// <summary>The fewest characters of a password.</summary>
    public const int MinPassword = 10;

    /// <summary>The most: hashing longer ones only costs time.</summary>
    public const int MaxPassword = 200;

    /// <summary>What to change about the name, or null.</summary>
    public static string? NameError(string? name) =>
        name is not null && Name().IsMatch(name) ? null : "'name' must be 1 to 64 letters, digits, dots, dashes, underscores or @.";

    /// <summary>What to change about the password, or null.</summary>
    public static string? PasswordError(string? password) =>
        password?.Length is >= MinPassword and <= MaxPassword ? null : $"'password' must have {MinPassword} to {MaxPassword} characters.";

    [GeneratedRegex("^[A-Za-z0-9._@-]{1,64}$")]
    private static partial Regex Name();
}
