namespace ResearchKit.Moe;

/// <summary>
/// Python's <c>random.Random(seed).random()</c>: the Mersenne Twister of Matsumoto and Nishimura, seeded by an array of one word. Only to repeat published sequences; all other draws come from
/// named streams.
/// </summary>
internal sealed class PythonRandom
{
    private const int Size = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    internal PythonRandom(uint seed)
    {
        _state[0] = 19650218;
        for (uint i = 1; i < Size; i++)
        {
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        }

        int at = 1;
        for (int k = 0; k < Size; k++)
        {
            _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1664525)) + seed;
            at = Advance(at);
        }

        for (int k = 0; k < Size - 1; k++)
        {
            _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1566083941)) - (uint)at;
            at = Advance(at);
        }

        _state[0] = 0x80000000;
    }

    /// <summary>53 bits, uniform in [0, 1).</summary>
    internal double NextDouble() => (((NextWord() >> 5) * 67108864.0) + (NextWord() >> 6)) / 9007199254740992.0;

    private uint NextWord()
    {
        if (_next == Size)
        {
            for (int i = 0; i < Size; i++)
            {
                uint mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
                _state[i] = _state[(i + Middle) % Size] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
            }

            _next = 0;
        }

        uint word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private int Advance(int at)
    {
        if (at + 1 < Size)
        {
            return at + 1;
        }

        _state[0] = _state[Size - 1];
        return 1;
    }
}
