using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Federated.Deployment;

/// <summary>Where a node is to be found.</summary>
/// <param name="Id">Its identifier, an Ed25519 public key.</param>
/// <param name="Address">The address of its process.</param>
/// <param name="BytesPerSecond">The bandwidth that the others believe it to have.</param>
public sealed record PeerInfo(NodeId Id, Uri Address, double BytesPerSecond);
