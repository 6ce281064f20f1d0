using System.Net;
using System.Text;
using Amazon.Runtime;

namespace Aldis.Transports.Tests.Sqs;

/// <summary>Somebody between the client library and the service: sees each call with its body, and says what the service gets of it; where that is nothing, the call fails.</summary>
internal sealed class Meddling : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    public Meddling(Func<string, string, CancellationToken, Task<string?>> meddle) => _client = new HttpClient(new Handler(meddle) { InnerHandler = new SocketsHttpHandler() });

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private sealed class Handler(Func<string, string, CancellationToken, Task<string?>> meddle) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var call = request.Headers.GetValues("X-Amz-Target").Single()["AmazonSQS.".Length..];
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (await meddle(call, body, cancellationToken) is not { } through)
            {
                return new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent("{}"), RequestMessage = request };
            }

            var type = request.Content.Headers.ContentType;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(through));
            request.Content.Headers.ContentType = type;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
