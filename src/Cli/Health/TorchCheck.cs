using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace ResearchKit.Cli;

/// <summary>Whether torch loads, computes rightly, and how fast; whether the device asked for is here.</summary>
/// <param name="device">The device asked for.</param>
/// <param name="clock">The clock.</param>
internal sealed class TorchCheck(string device, TimeProvider clock) : IHealthCheck
{
    private const int Size = 512;
    private const int Repeats = 8;

    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        HealthLine loaded = Load();
        yield return loaded;
        if (loaded.Status == HealthStatus.Error)
        {
            yield break;
        }

        yield return Multiply();
        yield return CudaCheck.Look(Torch.EnsureLoaded());
        if (device is not ("cpu" or "auto"))
        {
            yield return OnDevice();
        }
    }

    private static HealthLine Load()
    {
        try
        {
            TorchBackend backend = Torch.EnsureLoaded();
            string way = backend.Way switch
            {
                TorchWay.Stock => "as shipped",
                TorchWay.FixedCopy => "a copy adapted to this older libstdc++",
                _ => "the folder RESEARCHKIT_LIBTORCH",
            };
            return HealthLine.Ok(
                "torch",
                $"libtorch {backend.LibTorchVersion}, {way}: {backend.LibraryPath}; {backend.IntraOpThreads} threads in an operation"
            );
        }
        catch (ResearchKitException e)
        {
            return HealthLine.Error("torch", $"{e.Code}: {e.Message}", e.Remedy);
        }
    }

    // Small whole numbers: every product and every sum is exact in float32, so a right result is equal, not near.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private HealthLine Multiply()
    {
        float[] a = new float[Size * Size];
        float[] b = new float[Size * Size];
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = (i * 7 + i / Size) % 11 - 5;
            b[i] = (i * 3 + i / Size * 5) % 13 - 6;
        }

        using torch.Tensor left = torch.tensor(a, Size, Size);
        using torch.Tensor right = torch.tensor(b, Size, Size);
        TimeSpan best = TimeSpan.MaxValue;
        float[] product = [];
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long start = clock.GetTimestamp();
            using torch.Tensor result = torch.matmul(left, right);
            TimeSpan time = clock.GetElapsedTime(start);
            best = time < best ? time : best;
            product = result.data<float>().ToArray();
        }

        int wrong = CountWrong(a, b, product);
        double speed = 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
        return wrong == 0
            ? HealthLine.Ok("torch", string.Create(CultureInfo.InvariantCulture, $"matrix product {Size}^3 is right, {speed:0} GFLOP/s"))
            : HealthLine.Error(
                "torch",
                $"{wrong} of {product.Length} numbers of a matrix product {Size}^3 are wrong",
                "Do not trust results of this machine: try another libtorch (RESEARCHKIT_LIBTORCH) and test the memory."
            );
    }

    private static int CountWrong(float[] a, float[] b, float[] product)
    {
        int wrong = 0;
        float[] row = new float[Size];
        for (int i = 0; i < Size; i++)
        {
            Array.Clear(row);
            for (int k = 0; k < Size; k++)
            {
                float factor = a[i * Size + k];
                for (int j = 0; j < Size; j++)
                {
                    row[j] += factor * b[k * Size + j];
                }
            }

            for (int j = 0; j < Size; j++)
            {
                wrong += row[j] == product[i * Size + j] ? 0 : 1;
            }
        }

        return wrong;
    }

    private HealthLine OnDevice()
    {
        try
        {
            return HealthLine.Ok("device", $"{Torch.Device(device)} is here");
        }
        catch (ResearchKitException e)
        {
            return HealthLine.Error("device", $"{e.Code}: {e.Message}", e.Remedy);
        }
    }
}
