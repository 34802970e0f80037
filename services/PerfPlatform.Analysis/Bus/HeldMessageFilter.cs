using System.Runtime.ExceptionServices;
using MassTransit;

namespace PerfPlatform.Analysis.Bus;

/// <summary>A message that was held and is given back is not a faulty one: it goes back to its queue instead of to the dead letters.</summary>
internal sealed class HeldMessageFilter : IFilter<ExceptionReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (context.Exception.GetBaseException() is MessageHeldException) ExceptionDispatchInfo.Throw(context.Exception);
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("heldMessage");
}
