using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ResearchKit.Audit;

/// <summary>
/// A model behind a URL: the features are posted as one JSON object (numbers as numbers), the answer is a JSON number, or an object with <c>score</c>, <c>probability</c> or <c>prediction</c>. A question is sent once: a request
/// that fails is not repeated, as the platform may have seen it.
/// </summary>
/// <param name="http">The client; its timeout holds.</param>
/// <param name="endpoint">The URL.</param>
public sealed class HttpBlackBox(HttpClient http, Uri endpoint) : IBlackBox
{
    private static readonly string[] Names = ["score", "probability", "prediction"];

    /// <inheritdoc/>
    public async Task<double> AskAsync(AuditQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        string body;
        try
        {
            using StringContent content = new(Body(query), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.PostAsync(endpoint, content, cancellationToken).ConfigureAwait(false);
            body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw Failed(query, $"status {(int)response.StatusCode} ({response.ReasonPhrase})");
            }
        }
        catch (HttpRequestException e)
        {
            throw Failed(query, e.Message, e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(query, "no answer in time", e);
        }
        return Read(query, body);
    }

    private static string Body(AuditQuery query)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, string text) in query.Features)
            {
                if (text.Length == 0)
                {
                    writer.WriteNull(name);
                }
                else if (
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                )
                {
                    writer.WriteNumber(name, number);
                }
                else
                {
                    writer.WriteString(name, text);
                }
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private double Read(AuditQuery query, string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement answer = document.RootElement;
            foreach (string name in Names)
            {
                if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement member))
                {
                    answer = member;
                    break;
                }
            }
            double value = answer.ValueKind switch
            {
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                JsonValueKind.Number => answer.GetDouble(),
                _ => double.NaN,
            };
            return value >= 0 && value <= 1 ? value : throw Failed(query, $"the answer {Short(body)}");
        }
        catch (JsonException e)
        {
            throw Failed(query, $"the answer {Short(body)}", e);
        }
    }

    private AuditException Failed(AuditQuery query, string found, Exception? inner = null) =>
        new(
            AuditErrors.EndpointFailed,
            FormattableString.Invariant(
                $"{endpoint}, row {query.Row}: expected a number in [0, 1], or an object with score, probability or prediction; found {found}."
            ),
            "Correct the endpoint, and start again with the same ledger: questions that were asked are not repeated.",
            inner
        );

    private static string Short(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
}
