using Microsoft.Extensions.Primitives;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Input;

public sealed class EndpointInputTests
{
    private static readonly EndpointInput s_list = new(
        [new("metric", typeof(string), false), new("match", typeof(string[]), false), new("limit", typeof(int), false), new("cursor", typeof(Guid?), false), new("up", typeof(bool?), false)], null, true, null);

    [Theory]
    [InlineData("metrc", "a", "'metrc' is not a parameter that is known here: did you mean 'metric'?")]
    [InlineData("xyzzy", "a", "'xyzzy' is not a parameter that is known here: known are metric, match, limit, cursor, up.")]
    [InlineData("limit", "ten", "'limit' is 'ten': write a whole number.")]
    [InlineData("limit", "", "'limit' is '': write a whole number.")]
    [InlineData("cursor", "x", "'cursor' is 'x': write an id of 32 hexadecimal digits.")]
    [InlineData("up", "1", "'up' is '1': write true or false.")]
    public void CheckQuery_Wrong_NamesParameterAndWhatToWrite(string name, string value, string told) => Assert.Equal(told, s_list.CheckQuery([new(name, value)]));

    [Fact]
    public void CheckQuery_Right_IsNull() =>
        Assert.Null(s_list.CheckQuery([new("Metric", "a"), new("match", new StringValues(["a=b", "c=d"])), new("limit", "10"), new("cursor", Guid.Empty.ToString("N"))]));

    [Fact]
    public void CheckQuery_TwiceOrMissing_IsTold()
    {
        Assert.Equal("'limit' is there 2 times: write it once.", s_list.CheckQuery([new("limit", new StringValues(["1", "2"]))]));
        Assert.Equal("'ids' is required in the address.", new EndpointInput([new("ids", typeof(string), true)], null, true, null).CheckQuery([]));
    }
}
