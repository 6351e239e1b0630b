namespace ResearchKit.Watermark;

/// <summary>A key does not belong to what it is used with.</summary>
/// <param name="what">What differs, for example <c>number of nodes</c>.</param>
/// <param name="ofKey">The value the key names.</param>
/// <param name="found">The value found.</param>
/// <param name="remedy">What to do next.</param>
public sealed class KeyMismatchException(string what, string ofKey, string found, string remedy)
    : ResearchKitException(WatermarkErrors.KeyMismatch, $"The key does not fit: {what} is {ofKey} in the key, {found} here.", remedy)
{
    /// <summary>The value the key names.</summary>
    public string OfKey { get; } = ofKey;

    /// <summary>The value found.</summary>
    public string Found { get; } = found;
}
