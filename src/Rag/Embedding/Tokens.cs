namespace ResearchKit.Rag;

/// <summary>
/// The words of a text: maximal runs of a-z and 0-9 after invariant lower-casing, each given with its FNV-1a hash (64 bits, over its bytes). Letters outside ASCII
/// separate words. Allocates nothing.
/// </summary>
internal ref struct Tokens(ReadOnlySpan<char> text)
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    /// <summary>Where the current word begins.</summary>
    public int Start { get; private set; }

    /// <summary>Its length in characters.</summary>
    public int Length { get; private set; }

    /// <summary>Its hash.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Goes to the next word.</summary>
    public bool Next()
    {
        int i = _next;
        while (i < _text.Length && Lower(_text[i]) == 0)
        {
            i++;
        }
        int start = i;
        ulong hash = OffsetBasis;
        for (; i < _text.Length && Lower(_text[i]) is var c && c != 0; i++)
        {
            hash = (hash ^ c) * Prime;
        }
        (_next, Start, Length, Hash) = (i, start, i - start, hash);
        return i > start;
    }

    /// <summary>The hash of a word.</summary>
    public static ulong HashOf(ReadOnlySpan<char> word)
    {
        ulong hash = OffsetBasis;
        foreach (char c in word)
        {
            hash = (hash ^ c) * Prime;
        }
        return hash;
    }

    /// <summary>The lower-case letter or digit, or 0 for what separates words.</summary>
    public static char Lower(char c) =>
        c < 128 ? LowerAscii(c)
        : char.ToLowerInvariant(c) is var lower && lower < 128 ? LowerAscii(lower) // the Kelvin sign becomes k
        : '\0';

    private static char LowerAscii(char c) =>
        char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c
        : char.IsAsciiLetterUpper(c) ? (char)(c + ('a' - 'A'))
        : '\0';
}
