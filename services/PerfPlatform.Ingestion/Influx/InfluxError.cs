using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Influx;

/// <summary>An error as InfluxDB writes it: clients of version 1 read <c>error</c>, those of version 2 <c>code</c> and <c>message</c>.</summary>
internal sealed record InfluxError(string Error, string Code, string Message)
{
    private InfluxError(string error, string code)
        : this(error, code, error)
    {
    }

    /// <summary>The answer with this status.</summary>
    public static JsonHttpResult<InfluxError> Of(int status, string error) => TypedResults.Json(new InfluxError(error, CodeOf(status)), statusCode: status);

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "invalid",
        StatusCodes.Status413PayloadTooLarge => "request too large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported media type",
        StatusCodes.Status429TooManyRequests => "too many requests",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        _ => "internal error",
    };

    /// <summary>What stops a whole request, in this form.</summary>
    internal sealed class ErrorForm : IIntakeErrorForm
    {
        public IResult Of(ProblemHttpResult problem) => InfluxError.Of(problem.StatusCode, problem.ProblemDetails.Detail ?? "");
    }
}
