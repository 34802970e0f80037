using System.Net;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class OutboundConnectionTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.100.100.201", false)]
    [InlineData("2001:db8::1", false)]
    public void IsRefused_Address_IsTold(string address, bool expected) => Assert.Equal(expected, OutboundConnection.IsRefused(IPAddress.Parse(address)));
}
