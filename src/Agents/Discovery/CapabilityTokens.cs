using System.Globalization;
using System.Text;

namespace ResearchKit.Agents.Discovery;

/// <summary>The words of a text: NFKC, lower case, split at everything that is neither letter nor number. No stop words, no stems.</summary>
public static class CapabilityTokens
{
    /// <summary>The words, in order.</summary>
    /// <param name="text">The text.</param>
    public static IEnumerable<string> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder word = new();
        foreach (Rune rune in Normalized(text).EnumerateRunes())
        {
            if (IsWord(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static bool IsWord(Rune rune) =>
        rune.IsAscii
            ? char.IsAsciiLetterOrDigit((char)rune.Value)
            : Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.UppercaseLetter
                    or UnicodeCategory.LowercaseLetter
                    or UnicodeCategory.TitlecaseLetter
                    or UnicodeCategory.ModifierLetter
                    or UnicodeCategory.OtherLetter
                    or UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.LetterNumber
                    or UnicodeCategory.OtherNumber;

    private static string Normalized(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return text; // half a surrogate pair: no form, but its words can be found all the same
        }
    }
}
