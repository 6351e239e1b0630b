using ResearchKit.Benchmarks;

switch (args)
{
    // The halves of the side-by-side scripts; everything else is BenchmarkDotNet's.
    case ["fft-times", .. var sizes]:
        return FftTimes.Run(sizes);
    case ["ffg-kernel"]:
        return FftTimes.RunKernel();
<<<<<<< HEAD
<<<<<<< HEAD
    case ["merge-times"]:
        return MergeTimes.Run();
    case ["merge-planning"]:
        return MergeTimes.RunPlanning();
=======
    case ["audit-times", .. var rows]:
        return AuditTimes.Run(rows);
>>>>>>> audit
=======
    case ["fens-times"]:
        FensTimes.Run();
        return 0;
>>>>>>> fens
    default:
        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
