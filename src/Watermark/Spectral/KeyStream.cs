using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// The secret random numbers of a key: HKDF-SHA256 of the secret with a label gives a 256-bit key, AES-256 in counter mode with a
/// zero nonce gives the bytes, eight of them (low byte first) a draw. Only secrets come from here; everything else from
/// <see cref="RandomStream"/>. Not thread-safe.
/// </summary>
public sealed class KeyStream : IDisposable
{
    private const int BlockBytes = 16;
    private const int BufferBlocks = 512;

    private readonly Aes aes;
    private readonly byte[] counters = new byte[BufferBlocks * BlockBytes];
    private readonly byte[] bytes = new byte[BufferBlocks * BlockBytes];
    private ulong nextBlock;
    private int offset = BufferBlocks * BlockBytes;

    /// <summary>Opens the stream of a secret and a label.</summary>
    /// <param name="secret">The master secret, 32 bytes.</param>
    /// <param name="label">What the numbers are for, for example <c>omega</c>; the HKDF info is <c>ffg/</c> and the label.</param>
    /// <exception cref="ArgumentException">The secret has not 32 bytes, or the label is empty.</exception>
    public KeyStream(ReadOnlySpan<byte> secret, string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        if (secret.Length != FfgKey.SecretBytes)
        {
            throw new ArgumentException($"The secret has {secret.Length} bytes; it must have {FfgKey.SecretBytes}.", nameof(secret));
        }
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], info: Encoding.UTF8.GetBytes("ffg/" + label));
        aes = Aes.Create();
        aes.SetKey(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        if (offset == bytes.Length)
        {
            Refill();
        }
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
        offset += sizeof(ulong);
        return value;
    }

    /// <summary>A multiple of 2^-53, uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>A number of the standard normal distribution: the quantile at a 53-bit uniform in (0, 1).</summary>
    public double NextGaussian() => StandardNormal.Quantile(((NextUInt64() >> 11) + 0.5) * (1.0 / (1L << 53)));

    /// <summary>An integer, exactly uniform in 0..n-1 (Lemire's method).</summary>
    /// <param name="n">How many values, at least 1.</param>
    public int NextInt(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ulong range = (ulong)n;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }
        return (int)high;
    }

    /// <summary>A uniform permutation of 0..n-1 (Fisher and Yates).</summary>
    /// <param name="n">How many elements, at least 0.</param>
    public int[] Permutation(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        int[] order = new int[n];
        for (int i = 0; i < n; i++)
        {
            order[i] = i;
        }
        for (int i = n - 1; i >= 1; i--)
        {
            int j = NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Forgets the key and the bytes.</summary>
    public void Dispose()
    {
        aes.Dispose();
        CryptographicOperations.ZeroMemory(bytes);
    }

    private void Refill()
    {
        for (int block = 0; block < BufferBlocks; block++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(counters.AsSpan((block * BlockBytes) + sizeof(ulong)), nextBlock++);
        }
        aes.EncryptEcb(counters, bytes, PaddingMode.None);
        offset = 0;
    }
}
