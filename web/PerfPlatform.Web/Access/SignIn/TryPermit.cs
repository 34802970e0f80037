namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Whether a password may be tried.</summary>
/// <param name="IsTaken">It may: the try is counted already.</param>
/// <param name="Wait">How long there is no other one.</param>
public sealed record TryPermit(bool IsTaken, TimeSpan Wait);
