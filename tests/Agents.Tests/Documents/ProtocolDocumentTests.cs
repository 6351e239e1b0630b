namespace ResearchKit.Agents.Tests.Documents;

public class ProtocolDocumentTests
{
    private const string Weather = """
        ---
        name: Weather
        description: "Temperature by city"
        multiround: true
        tags: [a, b]
        languages:
        - en
        - de
        ---
        # Request

        A city.

        ```json
        {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}
        ```

        # Response

        ```json
        {"type":"object","properties":{"temperature":{"type":"number"}}}
        ```
        """;

    [Test]
    public void A_document_with_both_schemas_can_be_compiled()
    {
        ProtocolDocument document = new(Weather);
        Assert.That(document.IsCompilable);
        Assert.That(document.Head.Name, Is.EqualTo("Weather"));
        Assert.That(document.Head.Description, Is.EqualTo("Temperature by city"));
        Assert.That(document.Head.MultiRound);
        Assert.That(document.Head.List("tags"), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(document.Head.List("languages"), Is.EqualTo(new[] { "en", "de" }));
        Assert.That(document.Body, Does.StartWith("# Request"));
    }

    [Test]
    public void A_document_without_a_head_has_the_defaults_of_Agora()
    {
        ProtocolDocument document = new("just text");
        Assert.That(document.Head.IsPresent, Is.False);
        Assert.That(document.Head.Name, Is.EqualTo("Unnamed protocol"));
        Assert.That(document.Head.Description, Is.EqualTo("No description provided"));
        Assert.That(document.Head.MultiRound, Is.False);
        Assert.That(document.IsCompilable, Is.False);
    }

    [Test]
    public void A_head_without_an_end_is_refused() =>
        Assert.That(() => new ProtocolDocument("---\nname: x\n" + new string('a', 20_000)), Throws.TypeOf<DocumentRejectedException>());

    [Test]
    public void What_Of_writes_is_read_back()
    {
        var document = ProtocolDocument.Of("Echo", "Says it again", """{"type":"object"}""", """{"type":"object"}""");
        ProtocolDocument read = new(document.Text);
        Assert.That(read.IsCompilable);
        Assert.That(read.Sha256, Is.EqualTo(document.Sha256));
    }

    [TestCase("data:text/plain;charset=utf-8;base64,aGFsbG8=", "hallo")]
    [TestCase("data:text/plain;charset=utf-8,gr%C3%BCezi", "grüezi")]
    [TestCase("data:text/plain,a,b", "a,b")]
    [TestCase("https://a.example/", null)]
    [TestCase("data:text/html,a", null)]
    public void Data_sources_are_read(string source, string? text) => Assert.That(ProtocolDocument.FromDataUrl(source), Is.EqualTo(text));

    [TestCase("data:text/plain;base64,@@@")]
    [TestCase("data:text/plain;base64,/w==")]
    public void Broken_data_sources_are_refused(string source) =>
        Assert.That(() => ProtocolDocument.FromDataUrl(source), Throws.TypeOf<DocumentRejectedException>());

    [Test]
    public void A_source_that_is_too_long_is_refused() =>
        Assert.That(
            () => ProtocolDocument.FromDataUrl("data:text/plain," + new string('a', 64 * 1024 + 1)),
            Throws.TypeOf<DocumentRejectedException>()
        );
}
