using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Fills answers that have a status and nothing else: a page for a person, problem details for a program.</summary>
internal static class StatusAnswers
{
    /// <summary>Blazor names the type of the page before it finds the form's token missing, and then sends nothing.</summary>
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: ['t', 'e', 'x', 't', '/', 'h', 't', 'm', 'l', ..] } response) response.ContentType = null;
    }

    /// <summary>Writes what a status alone does not say.</summary>
    public static async Task FillAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var page = http.RequestServices.GetRequiredService<IOptions<PageOptions>>().Value.Problem;
        if (page.HasValue && http.Request.WantsPage())
        {
            await ShowAsync(context, page);
            return;
        }

        var status = http.Response.StatusCode;
        var problem = new ProblemDetailsContext { HttpContext = http, ProblemDetails = { Status = status } };
        if (await http.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(problem)) return;
        http.Response.ContentType = "text/plain";
        await http.Response.WriteAsync($"{status} {ReasonPhrases.GetReasonPhrase(status)}");
    }

    // The rest of the pipeline once more, at the page's address and with services of its own: those of the first turn have been used up by a page.
    private static async Task ShowAsync(StatusCodeContext context, PathString page)
    {
        var http = context.HttpContext;
        var request = http.Request;
        var (method, path, query, services) = (request.Method, request.Path, request.QueryString, http.RequestServices);
        await using var scope = services.CreateAsyncScope();
        http.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature
        {
            OriginalPathBase = request.PathBase,
            OriginalPath = path,
            OriginalQueryString = query.Value,
        });
        http.SetEndpoint(null);
        request.RouteValues.Clear();
        (request.Method, request.Path, request.QueryString, http.RequestServices) = (HttpMethods.Get, page, QueryString.Empty, scope.ServiceProvider);
        try
        {
            await context.Next(http);
        }
        finally
        {
            http.Features.Set<IStatusCodeReExecuteFeature>(null);
            (request.Method, request.Path, request.QueryString, http.RequestServices) = (method, path, query, services);
        }
    }
}
