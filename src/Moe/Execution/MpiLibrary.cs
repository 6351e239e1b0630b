using System.Runtime.InteropServices;

namespace ResearchKit.Moe;

/// <summary>The calls of Open MPI 4 that are used. Handles are addresses of symbols of the library.</summary>
internal static unsafe partial class MpiLibrary
{
    internal const int Success = 0;
    internal const int AnySource = -1;
    internal const int ThreadMultiple = 3;
    private const string Library = "libmpi.so.40";
    private static readonly Lazy<nint> Handle = new(Load);

    internal static nint World => Symbol("ompi_mpi_comm_world");

    internal static nint Byte => Symbol("ompi_mpi_byte");

    internal static nint ErrorsReturn => Symbol("ompi_mpi_errors_return");

    internal static void Check(int code, string call)
    {
        if (code != Success)
        {
            throw new ResearchKitException(
                MoeErrors.MpiFailed,
                $"{call} failed with code {code}.",
                "Look at the other ranks' errors; run all ranks with the same version of Open MPI."
            );
        }
    }

    internal static void RequireLoaded() => _ = Handle.Value;

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    internal static partial int InitThread(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    internal static partial int End();

    [LibraryImport(Library, EntryPoint = "MPI_Initialized")]
    internal static partial int Initialized(out int flag);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_rank")]
    internal static partial int CommRank(nint comm, out int rank);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_size")]
    internal static partial int CommSize(nint comm, out int size);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_dup")]
    internal static partial int CommDup(nint comm, out nint copy);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_set_errhandler")]
    internal static partial int SetErrorHandler(nint comm, nint handler);

    [LibraryImport(Library, EntryPoint = "MPI_Isend")]
    internal static partial int Isend(void* buffer, int count, nint type, int destination, int tag, nint comm, out nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Irecv")]
    internal static partial int Irecv(void* buffer, int count, nint type, int source, int tag, nint comm, out nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Test")]
    internal static partial int Test(ref nint request, out int flag, nint status);

    [LibraryImport(Library, EntryPoint = "MPI_Iprobe")]
    internal static partial int Iprobe(int source, int tag, nint comm, out int flag, nint status);

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    internal static partial int Abort(nint comm, int code);

    private static nint Symbol(string name) => NativeLibrary.GetExport(Handle.Value, name);

    private static nint Load() =>
        NativeLibrary.TryLoad(Library, out nint handle)
            ? handle
            : throw new ResearchKitException(
                MoeErrors.MpiMissing,
                $"{Library} is not on this machine.",
                "Install Open MPI 4 (Debian: openmpi-bin libopenmpi3) and start the program with mpirun."
            );
}
