using Microsoft.EntityFrameworkCore;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Tells when the migrations of a schema have run.</summary>
/// <typeparam name="TContext">The owner of the schema.</typeparam>
public sealed class SchemaReady<TContext> : ISchemaState where TContext : DbContext
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether they have run.</summary>
    public bool IsReady => _ready.Task.IsCompleted;

    /// <summary>Returns when they have run.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    internal void Set() => _ready.TrySetResult();
}
