using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace ResearchKit.Cli;

/// <summary>The client that downloads data sets: requests that fail for a moment are repeated; a transfer that breaks off is resumed by the catalogue.</summary>
internal static class Downloads
{
    internal static HttpClient CreateClient()
    {
        ResiliencePipeline<HttpResponseMessage> pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(
                new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = 4,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                }
            )
            .Build();
        // The handler reads the proxy variables of the environment. No time limit on the whole: files are large.
        ResilienceHandler handler = new(pipeline) { InnerHandler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(20) } };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
