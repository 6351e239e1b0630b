using System.Diagnostics;
using System.Text;
using ResearchKit.Agents.Bridges.A2A;
using ResearchKit.Agents.Discovery;
using ResearchKit.Numerics;

namespace ResearchKit.Agents.Tests.Documents;

/// <summary>Documents with bytes changed, cut, doubled and put elsewhere: read or refused, never a crash, never a hang.</summary>
public class MutatedDocumentTests
{
    private static readonly byte[][] Originals =
    [
        Encoding.UTF8.GetBytes(
            """{"name":"a","description":"d","url":"https://a.example/","version":"1","interaction":{"url":"https://a.example/i","digest":"725c77958b2dc06aa857ecba9d9bf33fccae31747e1df30976d6f6249e88172d"},"skills":[{"id":"s","name":"s","tags":["t"]}],"modes":{"input":["text/plain"],"output":[]},"channels":[{"kind":"woa/1","url":"https://a.example/"}],"x":[1e5,null,{"y":"\u00fc"}]}"""
        ),
        Encoding.UTF8.GetBytes(
            """{"name":"a","description":"d","version":"1","supportedInterfaces":[{"url":"https://a.example/","protocolBinding":"JSONRPC","protocolVersion":"1.0"}],"capabilities":{"streaming":true},"defaultInputModes":[],"defaultOutputModes":[],"skills":[{"id":"s","name":"n","description":"d","tags":[]}]}"""
        ),
        Encoding.UTF8.GetBytes(
            "---\nname: p\ntags:\n- a\n- b\n---\n# Request\n```json\n{\"type\":\"object\",\"pattern\":\"^a+$\"}\n```\n# Response\n```json\n{\"$ref\":\"#\"}\n```\n"
        ),
        Encoding.UTF8.GetBytes("User-agent: *\nDisallow: /a*b$\nAllow: /%C3%BC\nCrawl-delay: 2\nSitemap: https://a.example/s.xml\n"),
    ];

    [Test]
    public void Two_thousand_mutated_documents_are_read_or_refused() => Mutate(2_000);

    [Test]
    [Category("Long")]
    public void A_hundred_thousand_mutated_documents_are_read_or_refused() => Mutate(100_000);

    private static void Mutate(int count)
    {
        RandomStream stream = RandomStream.Named("mutated-documents", $"{count}");
        long longest = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] document = Mutated(stream, Originals[i % Originals.Length]);
            long start = Stopwatch.GetTimestamp();
            Assert.That(() => ReadEverything(document), Throws.Nothing, Convert.ToBase64String(document));
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(start).Ticks);
        }
        TestContext.Out.WriteLine($"{count} documents, the longest took {new TimeSpan(longest).TotalMilliseconds:0} ms");
    }

    private static void ReadEverything(byte[] document)
    {
        string text = Encoding.UTF8.GetString(document);
        Allowed(() => AgentDocumentReader.Read(document, new Uri("https://a.example/")));
        Allowed(() => _ = new ProtocolDocument(text));
        Allowed(() => _ = new InteractionDocument(text));
        Allowed(() => JsonSchemaValidator.Parse(text));
        Allowed(() => ProtocolDocument.FromDataUrl($"data:text/plain,{text}"));
        _ = A2ACard.Read(document);
        _ = RobotsPolicy.Parse(text).Allows("/a/b/c?d");
        _ = CapabilityTokens.Of(text).Count();
        _ = CrawlLinks.OfPage(document).Count();
        _ = CrawlLinks.OfIndex(document);
    }

    private static void Allowed(Action read)
    {
        try
        {
            read();
        }
        catch (ResearchKitException)
        {
            // Refused, with a reason.
        }
    }

    private static byte[] Mutated(RandomStream stream, byte[] original)
    {
        List<byte> bytes = [.. original];
        for (int changes = 1 + stream.NextInt(4); changes > 0 && bytes.Count > 1; changes--)
        {
            int at = stream.NextInt(bytes.Count);
            int length = Math.Min(1 + stream.NextInt(20), bytes.Count - at);
            switch (stream.NextInt(6))
            {
                case 0:
                    bytes[at] = (byte)stream.NextInt(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(stream.NextInt(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes("[{\"\\u0000,:-1e999nulltrue"[..(1 + stream.NextInt(24))]));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)"[{\"("[stream.NextInt(4)], stream.NextInt(200)));
                    break;
            }
        }
        return [.. bytes];
    }
}
