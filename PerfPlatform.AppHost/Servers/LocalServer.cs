namespace PerfPlatform.AppHost.Servers;

/// <summary>A server that is installed on this machine (or in <c>.servers/</c>), run in the foreground by <c>eng/local-server.sh</c>.</summary>
internal sealed class LocalServer : ExecutableResource, IResourceWithConnectionString
{
    /// <summary>Its first endpoint.</summary>
    public const string EndpointName = "tcp";

    /// <param name="name">The resource's, and the connection string's.</param>
    /// <param name="directory">Where the script is started.</param>
    /// <param name="connection">The connection string, from the address.</param>
    public LocalServer(string name, string directory, Func<EndpointReference, ReferenceExpression> connection) : base(name, "bash", directory)
    {
        Endpoint = new EndpointReference(this, EndpointName);
        ConnectionStringExpression = connection(Endpoint);
    }

    /// <summary>Where it listens.</summary>
    public EndpointReference Endpoint { get; }

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression { get; }
}
