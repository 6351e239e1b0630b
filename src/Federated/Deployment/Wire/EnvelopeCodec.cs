using System.Buffers.Binary;
using Google.Protobuf;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment.Wire;

namespace ResearchKit.Federated.Deployment;

/// <summary>Seals what is sent and opens what comes in: version, size, receiver, signature, repetition. Nothing that comes from outside makes it throw.</summary>
internal sealed class EnvelopeCodec(RejectionCounts rejections, Func<NodeId, bool> isLocal)
{
    internal const uint Version = 1;

    /// <summary>The largest content of an envelope: a view of a hundred thousand nodes fits.</summary>
    internal const int MostBytes = 16 << 20;

    private readonly Dictionary<(NodeId Sender, NodeId Receiver), ReplayWindow> _windows = [];
    private readonly Lock _gate = new();

    internal static Envelope Seal(PeerIdentity sender, NodeId receiver, ulong sequence, IMessage content)
    {
        byte[] bytes = content.ToByteArray();
        return new()
        {
            Version = Version,
            Sender = ByteString.CopyFrom(sender.Id.Bytes),
            Receiver = ByteString.CopyFrom(receiver.Bytes),
            Sequence = sequence,
            Content = UnsafeByteOperations.UnsafeWrap(bytes),
            Signature = ByteString.CopyFrom(sender.Sign(Signed(receiver.Bytes, sequence, bytes))),
        };
    }

    /// <summary>Opens an envelope; null, and counted, if it is not to be believed.</summary>
    internal T? Open<T>(Envelope envelope, MessageParser<T> parser, out NodeId sender, out NodeId receiver)
        where T : class, IMessage<T>
    {
        (sender, receiver) = (default, default);
        Rejection? problem = Check(envelope, ref sender, ref receiver);
        if (problem is null)
        {
            try
            {
                T content = parser.ParseFrom(envelope.Content);
                lock (_gate)
                {
                    if (!_windows.TryGetValue((sender, receiver), out ReplayWindow? window))
                    {
                        _windows[(sender, receiver)] = window = new();
                    }

                    if (window.Accept(envelope.Sequence))
                    {
                        return content;
                    }
                }

                problem = Rejection.Replay;
            }
            catch (InvalidProtocolBufferException)
            {
                problem = Rejection.Malformed;
            }
        }

        rejections.Add(problem.Value);
        return null;
    }

    private Rejection? Check(Envelope envelope, ref NodeId sender, ref NodeId receiver)
    {
        if (envelope.Version != Version)
        {
            return Rejection.Version;
        }

        if (envelope.Content.Length > MostBytes)
        {
            return Rejection.Oversize;
        }

        if (envelope.Receiver.Length != PeerIdentity.IdBytes || envelope.Sender.Length != PeerIdentity.IdBytes)
        {
            return Rejection.Malformed;
        }

        receiver = new NodeId(envelope.Receiver.Span);
        if (!isLocal(receiver))
        {
            return Rejection.Receiver;
        }

        sender = new NodeId(envelope.Sender.Span);
        return PeerIdentity.IsGenuine(
            sender.Bytes,
            Signed(receiver.Bytes, envelope.Sequence, envelope.Content.Span),
            envelope.Signature.Span
        )
            ? null
            : Rejection.Signature;
    }

    private static byte[] Signed(ReadOnlySpan<byte> receiver, ulong sequence, ReadOnlySpan<byte> content)
    {
        byte[] signed = new byte[receiver.Length + 8 + content.Length];
        receiver.CopyTo(signed);
        BinaryPrimitives.WriteUInt64LittleEndian(signed.AsSpan(receiver.Length), sequence);
        content.CopyTo(signed.AsSpan(receiver.Length + 8));
        return signed;
    }
}
