using ResearchKit.Data;

namespace ResearchKit.Rag;

/// <summary>
/// Reads a subject of MMLU: question, four options, answer; with a header (then the answer may be an index from 0) or without (as first published, the answer a letter).
/// </summary>
public static class MmluFile
{
    /// <summary>Reads a file. Ids are the file's name and the row from 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="MalformedFileException">A record has not six values, or its answer is neither A to D nor 0 to 3.</exception>
    public static async Task<IReadOnlyList<MultipleChoiceQuestion>> LoadAsync(string path, CancellationToken ct = default)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        List<MultipleChoiceQuestion> questions = [];
        DelimitedTextOptions options = new() { HasHeader = false, Separator = ',' };
        bool first = true;
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, options, ct).ConfigureAwait(false))
        {
            if (record.Count != 6)
            {
                throw new MalformedFileException(path, "a question, four options and an answer", $"{record.Count} values", record.Line);
            }
            bool header = first && record[5].Trim().Equals("answer", StringComparison.OrdinalIgnoreCase);
            first = false;
            if (!header)
            {
                questions.Add(
                    new($"{name}-{questions.Count}", record[0], [record[1], record[2], record[3], record[4]], AnswerOf(record, path))
                );
            }
        }
        return questions;
    }

    private static int AnswerOf(DelimitedRecord record, string path) =>
        record[5].Trim() is [var answer] && (answer is >= 'A' and <= 'D' || answer is >= '0' and <= '3')
            ? answer - (answer >= 'A' ? 'A' : '0')
            : throw new MalformedFileException(path, "an answer A to D or 0 to 3", record[5], record.Line, 6);
}
