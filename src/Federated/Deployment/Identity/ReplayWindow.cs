namespace ResearchKit.Federated.Deployment;

/// <summary>Which sequence numbers of a sender were seen: each is accepted once, and none that is far behind the latest.</summary>
public sealed class ReplayWindow
{
    /// <summary>How far behind the latest a number may be.</summary>
    public const int Width = 4096;

    private readonly ulong[] _seen = new ulong[Width / 64];
    private ulong _latest;
    private bool _isEmpty = true;

    /// <summary>Accepts a number, once.</summary>
    public bool Accept(ulong sequence)
    {
        if (_isEmpty || sequence > _latest)
        {
            ulong steps = _isEmpty ? Width : Math.Min(sequence - _latest, Width);
            for (ulong i = 0; i < steps; i++)
            {
                Forget(sequence - i);
            }

            (_latest, _isEmpty) = (sequence, false);
        }
        else if (_latest - sequence >= Width)
        {
            return false;
        }

        int place = (int)(sequence % Width);
        ulong bit = 1UL << (place % 64);
        bool isNew = (_seen[place / 64] & bit) == 0;
        _seen[place / 64] |= bit;
        return isNew;
    }

    private void Forget(ulong sequence)
    {
        int place = (int)(sequence % Width);
        _seen[place / 64] &= ~(1UL << (place % 64));
    }
}
