using System.Text;
using Microsoft.AspNetCore.Http;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>Where a request may carry its key.</summary>
public sealed class CredentialTests
{
    [Theory]
    [InlineData("Bearer pp_a_b", "pp_a_b")]
    [InlineData("bearer  pp_a_b ", "pp_a_b")]
    [InlineData("Token pp_a_b", "pp_a_b")]
    [InlineData("token pp_a_b", "pp_a_b")]
    [InlineData("Digest pp_a_b", null)]
    [InlineData("pp_a_b", null)]
    [InlineData("Basic ", null)]
    [InlineData("Basic not-base64!", null)]
    public void Credential_OfAuthorization_IsTheKey(string header, string? expected) => Assert.Equal(expected, Of(header));

    [Theory]
    [InlineData("collectd:pp_a_b", "pp_a_b")]
    [InlineData(":pp_a_b", "pp_a_b")]
    [InlineData("user:with:colons", "with:colons")]
    [InlineData("pp_a_b:", null)]
    [InlineData("pp_a_b", null)]
    public void Credential_OfBasic_IsThePassword(string pair, string? expected) => Assert.Equal(expected, Of("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))));

    [Fact]
    public void Credential_OfBasicWithoutPasswordAndAnotherHeader_IsTheOtherHeader()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Basic " + Convert.ToBase64String("proxy:"u8);
        request.Headers["X-Api-Key"] = "pp_a_b";
        Assert.Equal("pp_a_b", ApiKeyAuthenticationHandler.Credential(request));
    }

    private static string? Of(string header)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = header;
        return ApiKeyAuthenticationHandler.Credential(request);
    }
}
