using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class CanonicalJsonTests
{
    [Test]
    public void The_cell_key_of_the_framework_has_the_published_hash()
    {
        var node = JsonNode.Parse(
            """
            { "version": 1, "schema": 1, "options": { "Batch": 64 }, "experiment": "harmoeny/fig6-throughput-vs-skew",
              "cell": { "System": "HarMoEny", "Skew": 0.90, "Seed": 1 } }
            """
        );
        Assert.That(
            CanonicalJson.Serialize(node),
            Is.EqualTo(
                """{"cell":{"Seed":1,"Skew":0.9,"System":"HarMoEny"},"experiment":"harmoeny/fig6-throughput-vs-skew","options":{"Batch":64},"schema":1,"version":1}"""
            )
        );
        Assert.That(Checksum.Sha256(CanonicalJson.ToUtf8(node))[..32], Is.EqualTo("bc2e000118a5ec1bfb1b79e6b6cb40c3"));
    }

    // ECMAScript's Number::toString at its borders.
    [TestCase(0.0, "0")]
    [TestCase(-0.0, "0")]
    [TestCase(-1.5, "-1.5")]
    [TestCase(1e21, "1e+21")]
    [TestCase(-1.25e21, "-1.25e+21")]
    [TestCase(999999999999999900000.0, "999999999999999900000")]
    [TestCase(1e-6, "0.000001")]
    [TestCase(1.5e-7, "1.5e-7")]
    [TestCase(123456.75, "123456.75")]
    [TestCase(double.Epsilon, "5e-324")]
    [TestCase(double.MaxValue, "1.7976931348623157e+308")]
    [TestCase(9007199254740992.0, "9007199254740992")]
    [TestCase(0.1, "0.1")]
    [TestCase(100.0, "100")]
    public void Numbers_are_written_as_ecmascript_does(double value, string expected) =>
        Assert.That(CanonicalJson.Number(value), Is.EqualTo(expected));

    [Test]
    public void Every_number_reads_back_equal() =>
        Gen
            .Double.Where(double.IsFinite)
            .Sample(
                value => double.Parse(CanonicalJson.Number(value), NumberStyles.Float, CultureInfo.InvariantCulture) == value,
                iter: 20_000
            );

    [Test]
    public void What_has_no_canonical_text_is_refused_by_name()
    {
        Assert.That(() => CanonicalJson.Number(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => CanonicalJson.Serialize(new JsonObject { ["a"] = double.NaN }), Throws.ArgumentException);
        Assert.That(
            () => Element("""{"a":{"x":1,"x":2}}"""),
            Throws.ArgumentException.With.Message.Contains("$.a has two members named \"x\"")
        );
        Assert.That(() => CanonicalJson.Serialize(JsonNode.Parse("""{"x":1,"y":0,"x":2}""")), Throws.ArgumentException);
        Assert.That(() => Element("""["\ud800"]"""), Throws.ArgumentException.With.Message.Contains("$[0]"));
        Assert.That(() => Element("[1,1e400]"), Throws.ArgumentException.With.Message.Contains("1e400"));
        Assert.That(() => CanonicalJson.Serialize(default(JsonElement)), Throws.ArgumentException);
    }

    [Test]
    public void Integers_no_double_holds_are_rounded_or_refused_as_asked()
    {
        Assert.That(CanonicalJson.Serialize(JsonValue.Create(9007199254740993)), Is.EqualTo("9007199254740992"));
        Assert.That(() => CanonicalJson.Serialize(JsonValue.Create(9007199254740993), exactIntegers: true), Throws.ArgumentException);
        Assert.That(CanonicalJson.Serialize(JsonValue.Create(9007199254740994), exactIntegers: true), Is.EqualTo("9007199254740994"));
        Assert.That(() => CanonicalJson.Serialize(JsonValue.Create(ulong.MaxValue), exactIntegers: true), Throws.ArgumentException);
        Assert.That(CanonicalJson.Serialize(JsonValue.Create(333333333.33333329), exactIntegers: true), Is.EqualTo("333333333.3333333"));
    }

    [Test]
    public void Null_is_a_value() => Assert.That(CanonicalJson.Serialize((JsonNode?)null), Is.EqualTo("null"));

    [Test]
    public void Members_are_sorted_by_utf16_units_not_by_code_points() =>
        Assert.That(Element("""{"\ufb33":1,"\ud83d\ude00":2,"a":3}"""), Is.EqualTo("{\"a\":3,\"\U0001F600\":2,\"\uFB33\":1}"));

    [Test]
    public void A_text_that_is_no_json_is_a_malformed_file()
    {
        var error = Assert.Throws<MalformedFileException>(() => CanonicalJson.FromText("{\n \"a\": }"u8.ToArray(), "card.json"))!;
        Assert.That((error.Path, error.Line), Is.EqualTo(("card.json", 2L)));
        Assert.That(() => CanonicalJson.FromText("""{"a":1,"a":1}"""u8.ToArray()), Throws.TypeOf<MalformedFileException>());
    }

    [Test]
    public void Canonicalising_twice_changes_nothing_and_member_order_does_not_matter()
    {
        var leaf = Gen.OneOf<JsonNode?>(
            Gen.Double.Where(double.IsFinite).Select(x => (JsonNode?)JsonValue.Create(x)),
            Gen.String.Where(IsWellFormed).Select(x => (JsonNode?)JsonValue.Create(x)),
            Gen.Bool.Select(x => (JsonNode?)JsonValue.Create(x))
        );
        var name = Gen.String.Where(IsWellFormed);
        Gen.Dictionary(name, leaf)[0, 8]
            .Sample(members =>
            {
                var forward = new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
                var backward = new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
                var text = CanonicalJson.Serialize(forward);
                return text == CanonicalJson.Serialize(backward)
                    && CanonicalJson.FromText(Encoding.UTF8.GetBytes(text)).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text));
            });
    }

    private static string Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.Serialize(document.RootElement);
    }

    private static bool IsWellFormed(string text)
    {
        try
        {
            new UTF8Encoding(false, true).GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
