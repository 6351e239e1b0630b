namespace ResearchKit.Rag;

/// <summary>A source of a federation: it searches its own documents and publishes a profile.</summary>
public interface IRetrievalSource : IRetriever
{
    /// <summary>What routers know about it.</summary>
    SourceProfile Profile { get; }
}
