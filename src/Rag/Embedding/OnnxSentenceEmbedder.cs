using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Tokenizers;

namespace ResearchKit.Rag;

/// <summary>
/// A sentence encoder of the user's own: a folder with <c>model.onnx</c> and the word pieces <c>vocab.txt</c> of BERT, as sentence-transformers and DPR encoders are exported. With it the papers'
/// experiments run on the encoders they were made with.
/// </summary>
/// <remarks>The model takes input_ids and attention_mask, perhaps token_type_ids (int64, batch x tokens), and gives token vectors (batch x tokens x dimension) or text vectors (batch x dimension) as its first output. Safe for many threads.</remarks>
public sealed class OnnxSentenceEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly InferenceSession _session;
    private readonly BertTokenizer _tokenizer;
    private readonly OnnxSentenceEmbedderOptions _options;
    private readonly string _folder;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Loads a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ResearchKitException">RK6201: a file is missing, or the model cannot be loaded or takes other inputs.</exception>
    public OnnxSentenceEmbedder(string folder, OnnxSentenceEmbedderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (_folder, _options) = (folder, options ?? new OnnxSentenceEmbedderOptions());
        string model = Existing(folder, "model.onnx");
        string words = Existing(folder, "vocab.txt");
        try
        {
            _tokenizer = BertTokenizer.Create(words, new BertOptions { LowerCaseBeforeTokenization = _options.LowerCase });
            using SessionOptions session = new() { IntraOpNumThreads = _options.Threads };
            _session = new InferenceSession(model, session);
        }
        catch (Exception e) when (e is OnnxRuntimeException or InvalidOperationException or ArgumentException or InvalidDataException)
        {
            throw Unusable(folder, e.Message, e);
        }
        string[] unknown = [.. _session.InputMetadata.Keys.Except(["input_ids", "attention_mask", "token_type_ids"])];
        if (unknown.Length > 0 || !_session.InputMetadata.ContainsKey("input_ids"))
        {
            string inputs = string.Join(", ", _session.InputMetadata.Keys);
            _session.Dispose();
            throw Unusable(folder, $"the model takes {inputs}, not input_ids, attention_mask and perhaps token_type_ids", null);
        }
        _metadata = new EmbeddingGeneratorMetadata("onnx", defaultModelId: Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
    }

    /// <summary>The vector of a text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text has no token.</exception>
    /// <exception cref="ResearchKitException">RK6201: the model gives something else than vectors.</exception>
    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        IReadOnlyList<int> ids = _tokenizer.EncodeToIds(text, _options.MaximumTokens, out _, out _);
        if (ids.Count <= 2)
        {
            throw new ArgumentException($"The text \"{text}\" has no token.", nameof(text));
        }
        int[] shape = [1, ids.Count];
        List<NamedOnnxValue> inputs = [];
        foreach (string name in _session.InputMetadata.Keys)
        {
            long[] values =
            [
                .. ids.Select(id =>
                    name == "input_ids" ? id
                    : name == "attention_mask" ? 1L
                    : 0L
                ),
            ];
            inputs.Add(NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values, shape)));
        }
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = _session.Run(inputs);
        Tensor<float> output = outputs[0].AsTensor<float>();
        float[] vector = Pool(output, ids.Count);
        if (_options.Normalize)
        {
            float norm = System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector);
            if (!(norm > 0 && float.IsFinite(norm)))
            {
                throw Unusable(_folder, $"the vector of \"{text}\" has length {norm}", null);
            }
            System.Numerics.Tensors.TensorPrimitives.Divide(vector, norm, vector);
        }
        return vector;
    }

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        return Task.Run(
            () =>
            {
                GeneratedEmbeddings<Embedding<float>> embeddings = [];
                foreach (string value in values)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    embeddings.Add(new Embedding<float>(Embed(value)) { ModelId = _metadata.DefaultModelId });
                }
                return embeddings;
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    // One text a call, so every token is a real one.
    private float[] Pool(Tensor<float> output, int tokens)
    {
        ReadOnlySpan<int> shape = output.Dimensions;
        float[] values = [.. output];
        if (shape.Length == 2 && shape[0] == 1)
        {
            return values;
        }
        if (shape.Length != 3 || shape[0] != 1 || shape[1] != tokens)
        {
            throw Unusable(
                _folder,
                $"the first output has the shape [{string.Join(", ", shape.ToArray())}], not [1, {tokens}, dimension] or [1, dimension]",
                null
            );
        }
        float[] pooled = values[..shape[2]];
        for (int token = 1; token < tokens && _options.Pooling == SentencePooling.Mean; token++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(pooled, values.AsSpan(token * shape[2], shape[2]), pooled);
        }
        if (_options.Pooling == SentencePooling.Mean)
        {
            System.Numerics.Tensors.TensorPrimitives.Divide(pooled, tokens, pooled);
        }
        return pooled;
    }

    private static string Existing(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? Path.Combine(folder, file) : throw Unusable(folder, $"there is no {file} in it", null);

    private static ResearchKitException Unusable(string folder, string why, Exception? cause) =>
        new(
            RagErrors.ModelUnusable,
            $"The model in {folder} cannot be used: {why}.",
            "Give a folder with model.onnx and vocab.txt of a BERT-like sentence encoder.",
            cause
        );
}
