using ResearchKit.Benchmarks;

switch (args)
{
    // The halves of the side-by-side scripts; everything else is BenchmarkDotNet's.
    case ["fft-times", .. var sizes]:
        return FftTimes.Run(sizes);
    case ["ffg-kernel"]:
        return FftTimes.RunKernel();
    case ["merge-times"]:
        return MergeTimes.Run();
    case ["merge-planning"]:
        return MergeTimes.RunPlanning();
    case ["audit-times", .. var rows]:
        return AuditTimes.Run(rows);
    case ["plexus-times", .. var populations]:
        return PlexusTimes.Run(populations);
    case ["fens-times"]:
        FensTimes.Run();
        return 0;
    case ["rag-data", var folder, var count, var dimension]:
        return await RagTimes.WriteAsync(
            folder,
            int.Parse(count, System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(dimension, System.Globalization.CultureInfo.InvariantCulture)
        );
    case ["rag-times", var folder]:
        return await RagTimes.RunAsync(folder);
    default:
        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
