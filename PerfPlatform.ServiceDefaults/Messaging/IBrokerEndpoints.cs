using MassTransit;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Receive endpoints that a module needs on a real broker and MassTransit cannot derive from its consumers. Not called with the in-memory transport.</summary>
public interface IBrokerEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus);
}
