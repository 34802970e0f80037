using System.Text.Json;

namespace PerfPlatform.AppHost.Commands;

/// <summary>Reports: makes a report of the last hour and gives its address.</summary>
internal static class ReportCommand
{
    public const string Name = "make-report";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IResourceBuilder<ProjectResource> WithReportCommand(this IResourceBuilder<ProjectResource> reports, ProductApi product) => reports.WithProductCommand(
        Name,
        "Make a report",
        new CommandOptions
        {
            Description = "Asks for a performance report of the last hour and waits until it is done.",
            IconName = "DocumentAdd",
            IsHighlighted = true,
            Progress = new CommandProgressOptions { Message = "The report is being made." },
        },
        async context =>
        {
            var asked = await product.PostAsync(context, "/api/v1/reports", new { kind = "performance", from = "now-1h", to = "now", format = "html" });
            var path = $"/api/v1/reports/{asked.GetProperty("id").GetString()}";
            var report = await ProductApi.UntilAsync(context, Patience, () => product.GetAsync(context, path), r => Status(r) is "done" or "failed");
            return Status(report) switch
            {
                "done" => CommandResults.Success("The report is done.", $"[The report]({product.Address(path + "/download")}) is among [all of them]({product.Address("/reports")}).", CommandResultFormat.Markdown),
                "failed" => CommandResults.Failure($"The report could not be made: {report.GetProperty("error").GetString()}"),
                _ => CommandResults.Failure($"The report is still not done after {Patience.TotalSeconds} s: look at {product.Address("/reports")}"),
            };
        });

    private static string? Status(JsonElement report) => report.GetProperty("status").GetString();
}
