using Google.Protobuf;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment.Wire;

namespace ResearchKit.Federated.Deployment;

/// <summary>The protocol's messages and views on the wire. What comes in is checked number by number.</summary>
internal static class MessageCodec
{
    private const int LatestRound = 1_000_000_000;
    private const int LongestAddress = 256;

    internal static Control Encode(in PlexusMessage message) =>
        new()
        {
            Kind = (int)message.Kind,
            Round = message.Round,
            Index = message.Index,
            Identifier = message.Identifier,
            Flag = message.Flag,
        };

    internal static PlexusMessage? Decode(Control control) =>
        (PlexusMessageKind)control.Kind
            is PlexusMessageKind.Advertisement
                or PlexusMessageKind.Ping
                or PlexusMessageKind.Pong
                or PlexusMessageKind.Acknowledgement
        && control.Round is >= -1 and <= LatestRound
        && control.Index is >= 0 and <= LatestRound
        && control.Identifier >= 0
            ? new PlexusMessage((PlexusMessageKind)control.Kind, control.Round, control.Index, control.Identifier, control.Flag)
            : null;

    internal static bool IsSound(ModelOffer offer, long expectedLength) =>
        (PlexusMessageKind)offer.Kind is PlexusMessageKind.TrainedModel or PlexusMessageKind.AggregatedModel
        && offer.Round is >= 1 and <= LatestRound
        && offer.Weight is > 0 and < 1e15
        && offer.Length == expectedLength
        && offer.Digest.Length == 16;

    internal static ViewDelta Encode(PopulationView view, PopulationView? known, PeerDirectory directory)
    {
        ViewDelta delta = new() { IsComplete = known is null };
        foreach ((int node, ViewEntry entry) in view.ChangesSince(known))
        {
            PeerInfo peer = directory[node];
            delta.Items.Add(
                new ViewItem
                {
                    Id = ByteString.CopyFrom(peer.Id.Bytes),
                    Address = peer.Address.ToString(),
                    BytesPerSecond = peer.BytesPerSecond,
                    Round = entry.Round,
                    Counter = entry.Counter,
                    Left = entry.State == MembershipChange.Leave,
                }
            );
        }

        return delta;
    }

    /// <summary>A view as it came; null if any of it is not sound.</summary>
    internal static PopulationView? Decode(ViewDelta? delta, PeerDirectory directory)
    {
        PopulationView view = new();
        foreach (ViewItem item in delta?.Items ?? [])
        {
            if (
                item.Id.Length != PeerIdentity.IdBytes
                || item.Address.Length > LongestAddress
                || !Uri.TryCreate(item.Address, UriKind.Absolute, out Uri? address)
                || address.Scheme is not ("http" or "https")
                || item.Round is < -1 or > LatestRound
                || item.Counter is < 0 or > LatestRound
                || !(item.BytesPerSecond > 0 && double.IsFinite(item.BytesPerSecond))
                || directory.Add(new(new NodeId(item.Id.Span), address, item.BytesPerSecond)) is not { } node
            )
            {
                return null;
            }

            view.Set(node, new(item.Round, item.Counter, item.Left ? MembershipChange.Leave : MembershipChange.Join));
        }

        return view;
    }
}
