using System.Runtime.CompilerServices;
using TorchSharp;

namespace ResearchKit.Numerics;

/// <content>This stream for libraries that bring their own idea of a generator.</content>
public sealed partial class RandomStream
{
    private StreamRandom? _random;

#pragma warning disable RS0030 // where a library asks for System.Random, this subclass is how the ban on it is kept
    /// <summary>
    /// This stream as a <see cref="System.Random"/>, for MathNet and others: its draws advance this stream. Its integers and doubles are those of
    /// <see cref="NextInt64"/> and <see cref="NextDouble"/>. Always the same object.
    /// </summary>
    public System.Random AsRandom() => _random ??= new(this);
#pragma warning restore RS0030

    /// <summary>A torch generator on the CPU, seeded with <see cref="NextUInt64"/> without its highest bit. Takes 2 words. The caller disposes it.</summary>
    /// <exception cref="ResearchKitException">Torch cannot be loaded; nothing is drawn then.</exception>
    public torch.Generator TorchGenerator()
    {
        Torch.EnsureLoaded();
        return Create(NextUInt64() & long.MaxValue);

        // Not inlined: no torch type is initialised before the libraries are loaded.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static torch.Generator Create(ulong seed) => new(seed, torch.CPU);
    }

#pragma warning disable RS0030 // as above
    private sealed class StreamRandom(RandomStream stream) : System.Random(0)
#pragma warning restore RS0030
    {
        public override int Next() => stream.NextInt(int.MaxValue);

        public override int Next(int maxValue) => (int)NextInt64(maxValue);

        public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

        public override long NextInt64() => stream.NextInt64(long.MaxValue);

        // As System.Random has it: an empty range gives its start.
        public override long NextInt64(long maxValue)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
            return maxValue == 0 ? 0 : stream.NextInt64(maxValue);
        }

        public override long NextInt64(long minValue, long maxValue)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
            var range = unchecked((ulong)maxValue - (ulong)minValue);
            return range == 0 ? minValue : unchecked(minValue + (long)stream.NextBelow(range));
        }

        public override double NextDouble() => stream.NextDouble();

        public override float NextSingle() => stream.NextSingle();

        protected override double Sample() => stream.NextDouble();

        public override void NextBytes(byte[] buffer)
        {
            ArgumentNullException.ThrowIfNull(buffer);
            NextBytes(buffer.AsSpan());
        }

        // One word for four bytes, low byte first; what is left of the last word is lost.
        public override void NextBytes(Span<byte> buffer)
        {
            var word = 0u;
            for (var i = 0; i < buffer.Length; i++)
            {
                word = (i & 3) == 0 ? stream.NextUInt32() : word >> 8;
                buffer[i] = (byte)word;
            }
        }
    }
}
