using ResearchKit.Benchmarks;

switch (args)
{
    // The halves of the side-by-side scripts; everything else is BenchmarkDotNet's.
    case ["fft-times", .. var sizes]:
        return FftTimes.Run(sizes);
    case ["ffg-kernel"]:
        return FftTimes.RunKernel();
    case ["fens-times"]:
        FensTimes.Run();
        return 0;
    default:
        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
