using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Documents;

public class JsonSchemaValidatorTests
{
    [TestCase("""{"type":"integer"}""", "1.0", true)]
    [TestCase("""{"type":"integer"}""", "1.5", false)]
    [TestCase("""{"type":["string","null"]}""", "null", true)]
    [TestCase("""{"enum":[1,"a"]}""", "1.0", true)]
    [TestCase("""{"const":{"a":1}}""", """{"a":1}""", true)]
    [TestCase("""{"properties":{"a":{"type":"string"}},"required":["b"]}""", """{"a":"x"}""", false)]
    [TestCase("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":2}""", false)]
    [TestCase("""{"patternProperties":{"^x":{"type":"number"}},"additionalProperties":false}""", """{"xa":1}""", true)]
    [TestCase("""{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}""", """["a",1,2]""", true)]
    [TestCase("""{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}""", """["a","b"]""", false)]
    [TestCase("""{"oneOf":[{"minimum":0},{"maximum":10}]}""", "5", false)]
    [TestCase("""{"oneOf":[{"minimum":0},{"maximum":10}]}""", "11", true)]
    [TestCase("""{"not":{"type":"string"}}""", "\"a\"", false)]
    [TestCase("""{"minLength":2}""", "\"😀\"", false)]
    [TestCase("""{"pattern":"^a+$"}""", "\"aab\"", false)]
    [TestCase("""{"multipleOf":0.1}""", "0.3", true)]
    [TestCase("""{"uniqueItems":true}""", "[1,1.0]", false)]
    [TestCase("""{"if":{"required":["a"]},"then":{"required":["b"]}}""", """{"a":1}""", false)]
    [TestCase("""{"$ref":"#/$defs/p","$defs":{"p":{"type":"array","items":{"$ref":"#/$defs/p"}}}}""", "[[],[[]]]", true)]
    [TestCase("""{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", false)]
    [TestCase("""{"contains":{"const":1}}""", "[2]", false)]
    [TestCase("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", false)]
    [TestCase("true", "1", true)]
    [TestCase("false", "1", false)]
    public void Instances_are_judged(string schema, string instance, bool valid)
    {
        using var parsed = JsonDocument.Parse(instance);
        Assert.That(JsonSchemaValidator.Parse(schema).IsValid(parsed.RootElement), Is.EqualTo(valid));
    }

    [Test]
    public void References_to_the_network_are_refused() =>
        Assert.That(
            () => JsonSchemaValidator.Parse("""{"$ref":"https://evil.example/schema.json"}"""),
            Throws.TypeOf<DocumentRejectedException>().With.Message.Contains("leads outside")
        );

    [Test]
    public void A_schema_that_never_ends_is_stopped()
    {
        using var instance = JsonDocument.Parse("1");
        var self = JsonSchemaValidator.Parse("""{"$ref":"#"}""");
        Assert.That(self.Validate(instance.RootElement)[0].Message, Does.Contain("depth"));
        string bomb =
            """{"$defs":{"a0":{"type":"string"},"""
            + string.Join(
                ',',
                Enumerable
                    .Range(1, 40)
                    .Select(i =>
                        $$"""
                            "a{{i}}":{"anyOf":[{"$ref":"#/$defs/a{{i - 1}}"},{"$ref":"#/$defs/a{{i - 1}}"}]}
                            """
                    )
            )
            + """},"$ref":"#/$defs/a40"}""";
        Assert.That(JsonSchemaValidator.Parse(bomb).IsValid(instance.RootElement), Is.False);
    }

    [Test]
    public void A_schema_with_too_many_nodes_is_refused() =>
        Assert.That(
            () => JsonSchemaValidator.Parse("{\"enum\":[" + string.Join(',', Enumerable.Range(0, 10_001)) + "]}"),
            Throws.TypeOf<DocumentRejectedException>().With.Message.Contains("10000")
        );

    [Test]
    public void Every_official_example_of_MCP_satisfies_its_type()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(GoldenFiles.Data("agents", "mcp", "schema-2026-07-28.json")));
        JsonSchemaLimits limits = new() { MostNodes = 100_000 };
        List<string> wrong = [];
        int checkedExamples = 0;
        foreach (
            string file in Directory
                .EnumerateFiles(GoldenFiles.Data("agents", "mcp", "examples-2026-07-28"), "*.json", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
        )
        {
            string type = Path.GetFileName(Path.GetDirectoryName(file)!);
            using var example = JsonDocument.Parse(File.ReadAllBytes(file));
            IReadOnlyList<JsonSchemaError> errors = new JsonSchemaValidator(schema.RootElement, $"#/$defs/{type}", limits).Validate(
                example.RootElement
            );
            checkedExamples++;
            if (errors.Count > 0)
            {
                wrong.Add($"{type}/{Path.GetFileName(file)}: {errors[0]}");
            }
        }
        Assert.That(wrong, Is.Empty);
        Assert.That(checkedExamples, Is.EqualTo(86));
    }
}
