namespace PerfPlatform.Tests.Architecture;

/// <summary>A type of a room that names a type of another room of the same assembly. A room is a namespace, or a roof type by its full name.</summary>
internal sealed record TypeUse(string Room, string Type, string UsedRoom, string UsedType);
