namespace PerfPlatform.Ingestion.Intake;

/// <summary>An intake protocol. Every class of this assembly that implements it is found and mapped: a new protocol is a new folder and no edit elsewhere.</summary>
internal interface IIntakeProtocol
{
    /// <summary>Maps the protocol's endpoints; the group asks for the scope and answers limits and back pressure.</summary>
    void Map(IEndpointRouteBuilder intake);
}
