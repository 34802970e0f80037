using FsCheck.Xunit;
using PerfPlatform.Agent.Otlp;
using Xunit;

namespace PerfPlatform.Tests.Agent.Otlp;

/// <summary>Reading a server's answer.</summary>
public class ExportResponseTests
{
    [Fact]
    public void Parse_EmptyBody_IsNothingRejected() => Assert.Equal(new ExportResponse(0, ""), ExportResponse.Parse([]));

    [Fact]
    public void Parse_PartialSuccess_TellsPointsAndMessage()
    {
        var writer = new ProtobufWriter();
        writer.Begin(1);
        writer.Integer(1, 300);
        writer.Text(2, "too many labels");
        writer.Integer(9, 1);
        writer.End();
        writer.Fixed64(8, 5);
        Assert.Equal(new ExportResponse(300, "too many labels"), ExportResponse.Parse(writer.Written));
    }

    [Property]
    public void Parse_AnyBytes_NeverThrows(byte[] body) => ExportResponse.Parse(body);
}
