using System.Net;
using System.Net.Http.Json;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests.Topology;

/// <summary>Requests that must be taken, sent as any sender does it: what is answered with 503 is sent again.</summary>
internal static class Sending
{
    public static Task PostAsync(this HttpClient client, string path, object body) => client.SendAsync(HttpMethod.Post, path, body);

    /// <summary>Returns when a host that sends is in the list of hosts: the Overview of one that is not shows another.</summary>
    public static Task KnowsHostAsync(this HttpClient client, string host) => Wait.ForAsync(
        $"{host} in the list of hosts",
        () => client.GetStringAsync(new Uri("/api/v1/hosts?host=" + host, UriKind.Relative)),
        answer => answer.Contains($"\"{host}\"", StringComparison.Ordinal));

    public static async Task SendAsync(this HttpClient client, HttpMethod method, string path, object body)
    {
        var (status, said) = await Wait.ForAsync($"{path} has time", async () =>
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            using var answer = await client.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }, answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable);
        Assert.True((int)status < 300, $"{path}: {(int)status} {said}");
    }
}
