namespace ResearchKit.Cli.Tests;

/// <summary>A terminal, or a pipe, that keeps what is written.</summary>
internal sealed class BufferedTerminal(bool isTerminal = false, int? width = null) : ITerminal, IDisposable
{
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    private TextWriter? synchronized;

    public TextWriter Out => output;

    // Progress comes from several threads.
    public TextWriter Error => synchronized ??= TextWriter.Synchronized(error);

    public bool OutIsTerminal => isTerminal;

    public bool ErrorIsTerminal => isTerminal;

    public int? Width => width;

    public Stream OpenInput() => Stream.Null;

    public string OutText => output.ToString();

    public string ErrorText => error.ToString();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }
}
