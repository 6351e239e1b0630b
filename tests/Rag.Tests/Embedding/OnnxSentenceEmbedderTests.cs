using System.Text;
using Microsoft.Extensions.AI;

namespace ResearchKit.Rag.Tests.Embedding;

/// <summary>A model of the user's, here one made in the test: a table of token vectors as an ONNX file of one Gather.</summary>
public class OnnxSentenceEmbedderTests
{
    private static readonly string[] Words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cache", "query"];
    private static readonly float[] Table = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 3, 4, 6, 8];
    private string _folder = "";

    [SetUp]
    public void MakeModel()
    {
        _folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "rag-onnx", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(_folder);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), Words);
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), Model("input_ids"));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Token_vectors_are_pooled_and_scaled()
    {
        // [CLS] cache query [SEP]: (1,0) (3,4) (6,8) (0,1).
        using OnnxSentenceEmbedder mean = new(_folder, new OnnxSentenceEmbedderOptions { Normalize = false });
        Assert.That(mean.Embed("Cache query"), Is.EqualTo(new[] { 2.5f, 3.25f }).Within(1e-6f));
        using OnnxSentenceEmbedder first = new(_folder, new OnnxSentenceEmbedderOptions { Pooling = SentencePooling.FirstToken });
        Assert.That(first.Embed("cache"), Is.EqualTo(new[] { 1f, 0 }));
        using OnnxSentenceEmbedder unit = new(_folder);
        GeneratedEmbeddings<Embedding<float>> embeddings = await unit.GenerateAsync(["cache query"]);
        Assert.That(embeddings[0].Vector.ToArray().Sum(v => v * v), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void A_folder_without_a_usable_model_is_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), Model("pixels"));
        Assert.That(() => new OnnxSentenceEmbedder(_folder), Throws.InstanceOf<ResearchKitException>().With.Message.Contains("pixels"));
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), [1, 2, 3]);
        Assert.That(() => new OnnxSentenceEmbedder(_folder), Throws.InstanceOf<ResearchKitException>());
        File.Delete(Path.Combine(_folder, "vocab.txt"));
        Assert.That(
            () => new OnnxSentenceEmbedder(_folder),
            Throws
                .InstanceOf<ResearchKitException>()
                .With.Message.Contains("vocab.txt")
                .And.Property("Code")
                .EqualTo(RagErrors.ModelUnusable)
        );
    }

    // ModelProto: ir_version 1 = 8, graph 7, opset_import 8 { version 2 = 13 }. Field numbers as in onnx.proto.
    private static byte[] Model(string input)
    {
        byte[] table = Message(
            Varint(1, Words.Length),
            Varint(1, 2),
            Varint(2, 1), // float
            Bytes(9, [.. Table.SelectMany(BitConverter.GetBytes)]),
            Text(8, "table")
        );
        byte[] node = Message(Text(1, "table"), Text(1, input), Text(2, "vectors"), Text(4, "Gather"));
        byte[] graph = Message(
            Bytes(1, node),
            Text(2, "graph"),
            Bytes(5, table),
            Bytes(11, Value(input, 7, ["batch", "tokens"])),
            Bytes(12, Value("vectors", 1, ["batch", "tokens", "dimension"]))
        );
        return Message(Varint(1, 8), Bytes(7, graph), Bytes(8, Message(Text(1, ""), Varint(2, 13))));
    }

    private static byte[] Value(string name, int type, string[] dimensions)
    {
        byte[] shape = Message([.. dimensions.Select(d => Bytes(1, Message(Text(2, d))))]);
        return Message(Text(1, name), Bytes(2, Message(Bytes(1, Message(Varint(1, type), Bytes(2, shape))))));
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(f => f)];

    private static byte[] Varint(int field, int value) => [.. Number((ulong)field << 3), .. Number((ulong)value)];

    private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, byte[] value) => [.. Number(((ulong)field << 3) | 2), .. Number((ulong)value.Length), .. value];

    private static IEnumerable<byte> Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }
        yield return (byte)value;
    }
}
