using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using RabbitMQ.Client.Exceptions;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Turns exceptions that stand for an answer into problem details; everything else is a 500 that says nothing of the inside.</summary>
internal sealed partial class ProblemExceptionHandler(IProblemDetailsService problems, IOptions<PageOptions> pages, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var (status, detail) = exception switch
        {
            QueryException e => (StatusCodes.Status400BadRequest, e.Message),
            BadHttpRequestException { InnerException: JsonException inner } e => (e.StatusCode, InputCheck.Explain(inner)),
            BadHttpRequestException e => (e.StatusCode, e.Message),
            SinkUnavailableException e => (StatusCodes.Status503ServiceUnavailable, e.Message),
            // EF Core wraps what it takes for transient.
            DbException or InvalidOperationException { InnerException: DbException } => (StatusCodes.Status503ServiceUnavailable, $"{ServerTrouble.Name(exception) ?? "The database cannot be reached now"}. Try again in a moment."),
            BrokerUnreachableException or OperationInterruptedException => (StatusCodes.Status503ServiceUnavailable, "The message broker cannot be reached now. Try again in a moment."),
            TimeoutException => (StatusCodes.Status503ServiceUnavailable, "The answer took too long. Ask for less, or try again in a moment."),
            HttpRequestException => (StatusCodes.Status503ServiceUnavailable, "A service that is needed for this cannot be reached now. Try again in a moment."),
            _ => (StatusCodes.Status500InternalServerError, "The server failed to answer; its log says why."),
        };
        if (status >= 500) LogFailure(logger, httpContext.Request.Method, httpContext.Request.Path, exception);
        httpContext.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            Problems.SetRetryAfter(httpContext, exception is SinkUnavailableException sink ? sink.RetryAfter : TimeSpan.FromSeconds(2));
        }

        if (pages.Value.Problem.HasValue && httpContext.Request.WantsPage())
        {
            // The page is made by who fills answers without a body.
            httpContext.Features.Set(new PageProblem(detail));
            return true;
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = { Status = status, Detail = detail } });
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, string method, PathString path, Exception exception);
}
