using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A search for live nodes in the order of a sample: who was asked, who answered.</summary>
internal sealed class LiveSearch
{
    internal struct Asked
    {
        public int Peer;
        public int Identifier;
        public VirtualTime At;
        public bool IsRepeated;
        public bool IsOpen;
    }

    public int Id;
    public int Index; // the sample
    public int Wanted;
    public bool ForAggregator;
    public bool ForProbe; // whether the participant's aggregators are still there
    public VirtualTime Since;
    public VirtualTime Due; // of the one timer that is set
    public int Next; // the candidate to ask next
    public int Open;
    public bool IsDone;
    public readonly List<int> Candidates = [];
    public readonly List<Asked> Pings = [];
    public readonly List<int> Answered = [];

    /// <summary>Where in the round's order the candidates end; -1 if there are no more.</summary>
    public int OrderPosition;

    public void Clear()
    {
        Candidates.Clear();
        Pings.Clear();
        Answered.Clear();
        (Next, Open, OrderPosition) = (0, 0, 0);
        (IsDone, ForAggregator, ForProbe) = (false, false, false);
    }
}
