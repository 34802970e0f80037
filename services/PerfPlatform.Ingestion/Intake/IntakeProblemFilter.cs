using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>Answers what stops a whole request, alike for every protocol: 400, 413, 429 and 503 with Retry-After.</summary>
internal sealed class IntakeProblemFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (Problem(context.HttpContext, e) is { } problem)
        {
            // A protocol that has its own form for errors says so on its endpoint.
            return context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IIntakeErrorForm>() is { } form ? form.Of(problem) : problem;
        }
    }

    private static ProblemHttpResult? Problem(HttpContext context, Exception exception) => exception switch
    {
        IntakeFormatException e => Problems.BadRequest(e.Message),
        IntakeTooLargeException e => Problems.TooLarge(e.Message),
        IntakeBusyException e => Problems.TooManyRequests(context, e.Message, TimeSpan.FromSeconds(1)),
        SinkUnavailableException e => Problems.Unavailable(context, e.Message, e.RetryAfter),
        _ => null,
    };
}

/// <summary>How a protocol writes an error that stops a whole request.</summary>
internal interface IIntakeErrorForm
{
    /// <summary>The answer in the protocol's own form.</summary>
    IResult Of(ProblemHttpResult problem);
}
