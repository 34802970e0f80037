using System.Text;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Scrape.Exposition;
using PerfPlatform.Ingestion.Scrape.Targets;
using Xunit;

namespace PerfPlatform.Tests.Ingestion;

/// <summary>As <see cref="HostileBodiesTests"/>, beside which it runs, for scraped pages.</summary>
public sealed class HostilePagesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pages_OfMutatedBodies_AnswersOrRefuses(bool openMetrics)
    {
        var format = openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
        var end = format == ExpositionFormat.OpenMetrics ? "# EOF\n" : "";
        var seed = Encoding.UTF8.GetBytes(
            $$"""
            # HELP http_requests_total The \n number.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1790000000
            http_requests_total{path="C:\\x\n\"é\"",code="400",} 3
            http_requests_created{method="post"} 1789999990.5
            # TYPE t summary
            t{quantile="0.5"} NaN
            t_sum -1.75e+07
            # UNIT b By
            b_bucket{le="+Inf"} 4
            {"my.metric","a.b"="c"} +Inf
            {{end}}
            """);
        var target = ScrapeTargetRules.Target("t", ScrapeSource.Api, new ScrapeTargetDefinition { Job = "j", Target = "t:1" });
        var intake = new PageIntake(target, new CreatedTimes());
        HostileBodiesTests.Assault(HostileBodiesTests.Harness(), seed, (body, request) =>
        {
            try
            {
                intake.Read(body, format, IntakeHarness.Now, request);
                intake.Seen.Compare(out _);
                intake.Seen.Commit();
            }
            catch (ScrapeException e)
            {
                throw new IntakeFormatException(e.Message);
            }
        });
    }
}
