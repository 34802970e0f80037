using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.Web.Access.Schema;

/// <summary>What a person may do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UserRole>))]
public enum UserRole
{
    /// <summary>Look.</summary>
    [JsonStringEnumMemberName("viewer")]
    Viewer,

    /// <summary>Look, and change rules, silences, webhooks, components and reports.</summary>
    [JsonStringEnumMemberName("editor")]
    Editor,

    /// <summary>Everything, keys and users included.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,
}

/// <summary>The scopes that come with a role.</summary>
public static class UserRoleScopes
{
    /// <summary>What the role may do, as scopes.</summary>
    public static IReadOnlyList<string> Of(UserRole role) => role switch
    {
        UserRole.Admin => Scopes.All,
        UserRole.Editor => [Scopes.Read, Scopes.Write],
        _ => [Scopes.Read],
    };
}
