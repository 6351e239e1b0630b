namespace ResearchKit.Data;

/// <summary>Words that do not exist, of consonants and vowels: a different word for each number.</summary>
internal static class InventedWords
{
    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";
    private const int Syllables = 70;

    /// <summary>The word of a number: at least two syllables, one more for each power of their count.</summary>
    internal static string Of(long number)
    {
        Span<char> letters = stackalloc char[32];
        int place = letters.Length;
        for (int syllable = 0; syllable < 2 || number > 0; syllable++)
        {
            (number, long digit) = Math.DivRem(number, Syllables);
            letters[--place] = Vowels[(int)(digit % Vowels.Length)];
            letters[--place] = Consonants[(int)(digit / Vowels.Length)];
        }

        return new string(letters[place..]);
    }
}
