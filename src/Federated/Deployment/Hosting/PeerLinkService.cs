using Grpc.Core;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment.Wire;

namespace ResearchKit.Federated.Deployment;

/// <summary>What a process answers to others. Whatever comes, it is answered, counted and, if it is wrong, dropped.</summary>
internal sealed class PeerLinkService(PeerHost host) : PeerLink.PeerLinkBase
{
    private const int MostWaiting = 10_000;

    public override Task<Receipt> Deliver(Envelope request, ServerCallContext context)
    {
        Control? control = host.Codec.Open(request, Control.Parser, out NodeId sender, out NodeId receiver);
        if (control is null)
        {
            return Task.FromResult(Answer(Verdict.Rejected));
        }

        if (MessageCodec.Decode(control) is not { } message)
        {
            return Task.FromResult(Reject(Rejection.Malformed));
        }

        if (!host.Directory.TryFind(sender, out int from))
        {
            // Whoever was never introduced is nobody the protocol could know.
            return Task.FromResult(Reject(Rejection.Receiver));
        }

        PeerNode node = host.NodeOf(receiver);
        if (node.Waiting > MostWaiting)
        {
            return Task.FromResult(Reject(Rejection.Overload));
        }

        node.Post(PlexusInput.Of(from, message));
        return Task.FromResult(Answer(Verdict.Accepted));
    }

    public override Task<Progress> Offer(Envelope request, ServerCallContext context)
    {
        ModelOffer? offer = host.Codec.Open(request, ModelOffer.Parser, out NodeId sender, out NodeId receiver);
        if (offer is null)
        {
            return Task.FromResult(new Progress { Verdict = Verdict.Rejected, Epoch = host.Epoch });
        }

        long length = ModelBlob.LengthOf(host.Options.Task.Layout);
        if (!MessageCodec.IsSound(offer, length))
        {
            host.Rejections.Add(offer.Length == length ? Rejection.Malformed : Rejection.Model);
            return Task.FromResult(new Progress { Verdict = Verdict.Rejected, Epoch = host.Epoch });
        }

        PopulationView? view = MessageCodec.Decode(offer.View, host.Directory);
        if (view is null || !host.Directory.TryFind(sender, out int from) || !host.Directory.TryFind(receiver, out int to))
        {
            host.Rejections.Add(Rejection.Malformed);
            return Task.FromResult(new Progress { Verdict = Verdict.Rejected, Epoch = host.Epoch });
        }

        ulong number = IncomingTransfers.NumberOf(from, to, offer.Kind, offer.Round, offer.Digest.Span);
        if (host.Transfers.IsDone(number))
        {
            return Task.FromResult(
                new Progress
                {
                    Verdict = Verdict.Accepted,
                    Transfer = number,
                    Received = length,
                    Epoch = host.Epoch,
                }
            );
        }

        IncomingTransfer? transfer = host.Transfers.Open(number, () => new(from, to, offer.Digest.ToByteArray(), length), from);
        if (transfer is null)
        {
            host.Rejections.Add(Rejection.Overload);
            return Task.FromResult(new Progress { Verdict = Verdict.Incomplete, Epoch = host.Epoch });
        }

        transfer.Message = new((PlexusMessageKind)offer.Kind, offer.Round, View: view, Weight: offer.Weight);
        return Task.FromResult(
            new Progress
            {
                Verdict = Verdict.Accepted,
                Transfer = number,
                Received = transfer.Received,
                Epoch = host.Epoch,
            }
        );
    }

    public override async Task<Receipt> Transfer(IAsyncStreamReader<Chunk> requestStream, ServerCallContext context)
    {
        IncomingTransfer? transfer = null;
        ulong number = 0;
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                Chunk chunk = requestStream.Current;
                if (transfer is null)
                {
                    number = chunk.Transfer;
                    transfer = host.Transfers.Find(number);
                    if (transfer is null || !transfer.TryBegin())
                    {
                        transfer = null;
                        return Answer(Verdict.Incomplete); // offered again, it is gone on with
                    }
                }

                if (
                    chunk.Transfer != number
                    || chunk.Offset != transfer.Received
                    || chunk.Data.Length > transfer.Buffer.Length - transfer.Received
                )
                {
                    return Reject(Rejection.Malformed);
                }

                await host.IncomingCap(transfer.To).TakeAsync(chunk.Data.Length, context.CancellationToken);
                chunk.Data.Span.CopyTo(transfer.Buffer.AsSpan(transfer.Received));
                transfer.Received += chunk.Data.Length;
            }

            return transfer is null || transfer.Received < transfer.Buffer.Length ? Answer(Verdict.Incomplete) : Complete(number, transfer);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or RpcException)
        {
            return Answer(Verdict.Incomplete); // the stream broke; what has come stays
        }
        finally
        {
            transfer?.End();
        }
    }

    public override async Task<Envelope> Introduce(Envelope request, ServerCallContext context)
    {
        Introduction? introduction = host.Codec.Open(request, Introduction.Parser, out NodeId sender, out NodeId receiver);
        if (
            introduction is null
            || !Uri.TryCreate(introduction.Address, UriKind.Absolute, out Uri? address)
            || !(introduction.BytesPerSecond > 0 && double.IsFinite(introduction.BytesPerSecond))
            || host.Directory.Add(new(sender, address, introduction.BytesPerSecond)) is null
        )
        {
            if (introduction is not null)
            {
                host.Rejections.Add(Rejection.Malformed);
            }

            throw new RpcException(new Status(StatusCode.InvalidArgument, "This introduction is not accepted."));
        }

        PeerNode node = host.NodeOf(receiver);
        PopulationView view = await node.AskAsync(static n => n.View.Snapshot())
            .WaitAsync(host.Options.CallTimeout, context.CancellationToken);
        return node.Seal(
            sender,
            new Introduction
            {
                Address = host.Directory[node.Index].Address.ToString(),
                BytesPerSecond = host.Directory[node.Index].BytesPerSecond,
                View = MessageCodec.Encode(view, null, host.Directory),
            }
        );
    }

    private Receipt Complete(ulong number, IncomingTransfer transfer)
    {
        bool isAsAnnounced = System.IO.Hashing.XxHash128.Hash(transfer.Buffer).AsSpan().SequenceEqual(transfer.Digest);
        object? model = isAsAnnounced ? ModelBlob.TryRead(transfer.Buffer, host.Options.Task.Layout) : null;
        host.Transfers.Close(number, model is not null);
        if (model is null)
        {
            return Reject(Rejection.Model);
        }

        host.LocalNode(transfer.To).Post(PlexusInput.Of(transfer.From, transfer.Message with { Model = model }));
        return Answer(Verdict.Accepted);
    }

    private Receipt Answer(Verdict verdict) => new() { Verdict = verdict, Epoch = host.Epoch };

    private Receipt Reject(Rejection reason)
    {
        host.Rejections.Add(reason);
        return Answer(Verdict.Rejected);
    }
}
