namespace ResearchKit.Moe;

/// <summary>
/// S[g, e, r]: how many of the tokens that rank g has for expert e are computed by rank r. Tokens of (g, e) go, in their order in the batch, to destination 0 first, then 1, 2, ...; those
/// beyond the sum are dropped. It is kept by pairs of expert and destination that have tokens, and may be used again: a scheduler that plans into the same one allocates nothing.
/// </summary>
public sealed class Schedule
{
    private int[] _rowOf = []; // expert x destination -> row + 1, or 0
    private int[] _pairs = []; // row -> expert x destination
    private int[] _tokens = []; // row x source
    private int[] _totals = []; // row -> sum over sources
    private int[] _loads = [];
    private int _rows;

    /// <summary>G, the number of ranks.</summary>
    public int Ranks { get; private set; }

    /// <summary>E, the number of experts.</summary>
    public int Experts { get; private set; }

    /// <summary>L[r]: the tokens that each rank computes.</summary>
    public ReadOnlySpan<int> Loads => _loads.AsSpan(0, Ranks);

    /// <summary>The tokens that are computed.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (int load in Loads)
            {
                total += load;
            }

            return total;
        }
    }

    /// <summary>Rows that every rank sends for every expert, padded with zeros (DeepSpeed's capacity); 0 if exactly the tokens are sent.</summary>
    public int Capacity { get; set; }

    /// <summary>How many pairs of an expert and a destination have or had tokens.</summary>
    public int Pairs => _rows;

    /// <summary>The tokens of a rank for an expert that a rank computes.</summary>
    /// <param name="source">g.</param>
    /// <param name="expert">e.</param>
    /// <param name="destination">r.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert.</exception>
    public int this[int source, int expert, int destination]
    {
        get
        {
            RequireRank(source, nameof(source));
            ReadOnlySpan<int> tokens = BySource(expert, destination);
            return tokens.IsEmpty ? 0 : tokens[source];
        }
    }

    /// <summary>Empties the schedule and gives it a size.</summary>
    /// <param name="ranks">G; at least 1.</param>
    /// <param name="experts">E; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public void Clear(int ranks, int experts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        int pairs = checked(ranks * experts);
        if (ranks != Ranks || experts != Experts)
        {
            (Ranks, Experts) = (ranks, experts);
            _rowOf = new int[pairs];
            int rows = Math.Min(pairs, experts + (4 * ranks));
            (_pairs, _totals, _tokens, _loads) = (new int[rows], new int[rows], new int[rows * ranks], new int[ranks]);
        }
        else
        {
            // Only what was used: clearing all G x E x G would cost more than planning.
            foreach (int pair in _pairs.AsSpan(0, _rows))
            {
                _rowOf[pair] = 0;
            }

            _tokens.AsSpan(0, _rows * ranks).Clear();
            _totals.AsSpan(0, _rows).Clear();
            _loads.AsSpan().Clear();
        }

        _rows = 0;
        Capacity = 0;
    }

    /// <summary>Adds tokens to a destination.</summary>
    /// <param name="source">g.</param>
    /// <param name="expert">e.</param>
    /// <param name="destination">r.</param>
    /// <param name="tokens">How many; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert, or the number is negative.</exception>
    public void Assign(int source, int expert, int destination, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        RequireRank(source, nameof(source));
        if (tokens == 0)
        {
            return;
        }

        int row = RowOrNew(expert, destination);
        _tokens[(row * Ranks) + source] += tokens;
        _totals[row] += tokens;
        _loads[destination] += tokens;
    }

    /// <summary>Moves tokens to another destination.</summary>
    /// <param name="source">g.</param>
    /// <param name="expert">e.</param>
    /// <param name="from">The rank that would have computed them.</param>
    /// <param name="to">The rank that computes them now.</param>
    /// <param name="tokens">How many; at most those that are there.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert, or there are fewer tokens.</exception>
    public void Move(int source, int expert, int from, int to, int tokens)
    {
        Remove(source, expert, from, tokens);
        Assign(source, expert, to, tokens);
    }

    /// <summary>Takes tokens away: they are dropped unless they are assigned elsewhere.</summary>
    /// <param name="source">g.</param>
    /// <param name="expert">e.</param>
    /// <param name="destination">r.</param>
    /// <param name="tokens">How many; at most those that are there.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert, or there are fewer tokens.</exception>
    public void Remove(int source, int expert, int destination, int tokens)
    {
        if (tokens < 0 || tokens > this[source, expert, destination])
        {
            throw new ArgumentOutOfRangeException(
                nameof(tokens),
                tokens,
                $"Rank {destination} has {this[source, expert, destination]} tokens of rank {source} for expert {expert}."
            );
        }

        if (tokens > 0)
        {
            int row = _rowOf[Pair(expert, destination)] - 1;
            _tokens[(row * Ranks) + source] -= tokens;
            _totals[row] -= tokens;
            _loads[destination] -= tokens;
        }
    }

    /// <summary>The tokens of an expert that a rank computes, by the rank they come from; empty if none ever were.</summary>
    /// <param name="expert">e.</param>
    /// <param name="destination">r.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert.</exception>
    public ReadOnlySpan<int> BySource(int expert, int destination)
    {
        int row = _rowOf[Pair(expert, destination)] - 1;
        return row < 0 ? [] : _tokens.AsSpan(row * Ranks, Ranks);
    }

    /// <summary>How many tokens of an expert a rank computes.</summary>
    /// <param name="expert">e.</param>
    /// <param name="destination">r.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank or expert.</exception>
    public int TokensOf(int expert, int destination)
    {
        int row = _rowOf[Pair(expert, destination)] - 1;
        return row < 0 ? 0 : _totals[row];
    }

    /// <summary>All that is sent, by source, expert and destination.</summary>
    public IEnumerable<ScheduleEntry> Entries()
    {
        for (int source = 0; source < Ranks; source++)
        {
            for (int expert = 0; expert < Experts; expert++)
            {
                for (int destination = 0; destination < Ranks; destination++)
                {
                    if (this[source, expert, destination] is > 0 and int tokens)
                    {
                        yield return new(source, expert, destination, tokens);
                    }
                }
            }
        }
    }

    /// <summary>The tokens of the counts that no rank computes.</summary>
    /// <param name="counts">What there is to compute.</param>
    /// <exception cref="ArgumentException">The schedule computes tokens that are not there, or is of another size.</exception>
    public long Dropped(TokenCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Ranks != Ranks || counts.Experts != Experts)
        {
            throw new ArgumentException(
                $"The schedule is for {Ranks} ranks and {Experts} experts, the counts are of {counts.Ranks} and {counts.Experts}.",
                nameof(counts)
            );
        }

        long dropped = 0;
        for (int source = 0; source < Ranks; source++)
        {
            for (int expert = 0; expert < Experts; expert++)
            {
                int left = counts[source, expert];
                for (int destination = 0; destination < Ranks; destination++)
                {
                    left -= this[source, expert, destination];
                }

                if (left < 0)
                {
                    throw new ArgumentException(
                        $"Rank {source} has {counts[source, expert]} tokens for expert {expert}, the schedule sends {counts[source, expert] - left}.",
                        nameof(counts)
                    );
                }

                dropped += left;
            }
        }

        return dropped;
    }

    private int RowOrNew(int expert, int destination)
    {
        int pair = Pair(expert, destination);
        if (_rowOf[pair] is > 0 and int known)
        {
            return known - 1;
        }

        if (_rows == _pairs.Length)
        {
            int capacity = Math.Min(_rowOf.Length, _rows * 2);
            Array.Resize(ref _pairs, capacity);
            Array.Resize(ref _totals, capacity);
            Array.Resize(ref _tokens, capacity * Ranks);
        }

        _pairs[_rows] = pair;
        _rowOf[pair] = ++_rows;
        return _rows - 1;
    }

    private int Pair(int expert, int destination)
    {
        if ((uint)expert >= (uint)Experts)
        {
            throw new ArgumentOutOfRangeException(nameof(expert), expert, $"There are experts 0 to {Experts - 1}.");
        }

        RequireRank(destination, nameof(destination));
        return (expert * Ranks) + destination;
    }

    private void RequireRank(int rank, string name)
    {
        if ((uint)rank >= (uint)Ranks)
        {
            throw new ArgumentOutOfRangeException(name, rank, $"There are ranks 0 to {Ranks - 1}.");
        }
    }
}
