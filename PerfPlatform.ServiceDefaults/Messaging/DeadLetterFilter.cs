using System.Runtime.ExceptionServices;
using MassTransit;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Stands where MassTransit would move a message to the <c>_error</c> or <c>_skipped</c> queue of its own queue, which know no bound.</summary>
internal sealed class DeadLetterFilter(DeadLetterKeeper keeper) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var cause = context.Exception.GetBaseException();
        // One that was held and is given back is not a faulty one.
        if (cause is MessageHeldException) ExceptionDispatchInfo.Throw(context.Exception);
        await keeper.KeepAsync(context, cause.Message);
        // Else one that could not even be read would be taken for one that nobody takes.
        if (!context.IsFaulted) await context.NotifyFaulted(context.Exception);
    }

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => keeper.KeepAsync(context, "Nobody who takes messages from this queue takes one of this type.");

    public void Probe(ProbeContext context) => context.CreateFilterScope("deadLetters");
}
