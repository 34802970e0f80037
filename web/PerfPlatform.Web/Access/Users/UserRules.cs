using System.Text.RegularExpressions;

namespace PerfPlatform.Web.Access.Users;

/// <summary>What a name and a password must be like.</summary>
public static partial class UserRules
{
    /// <summary>The fewest characters of a password.</summary>
    public const int MinPassword = 12;

    /// <summary>The most: hashing longer ones only costs time.</summary>
    public const int MaxPassword = 200;

    /// <summary>What a password must be like, in words.</summary>
    public const string PasswordText = "12 to 200 characters, and more than common words, the name, years and rows of the keyboard.";

    /// <summary>What to change about the name, or null.</summary>
    public static string? NameError(string? name) =>
        name is not null && Name().IsMatch(name) ? null : "'name' must be 1 to 64 letters, digits, dots, dashes, underscores or @.";

    /// <summary>What to change about the password of the user of this name, or null.</summary>
    public static string? PasswordError(string? password, string? name, string field = "password") =>
        password?.Length is not (>= MinPassword and <= MaxPassword) ? $"'{field}' must have {MinPassword} to {MaxPassword} characters."
        : EasyPasswords.Contains(password, name) ? $"'{field}' is easily guessed: take more than common words, the name, years and rows of the keyboard, for example four words that have nothing to do with each other."
        : null;

    [GeneratedRegex("^[A-Za-z0-9._@-]{1,64}\\z")]
    private static partial Regex Name();
}
