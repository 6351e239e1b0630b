using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace ResearchKit.Numerics;

/// <summary>Bytes of a file mapped into memory, read-only. Dispose it when done; a span taken before must not be used after.</summary>
public sealed unsafe class SafetensorsView : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _accessor;
    private readonly int _length;
    private byte* _start;

    internal SafetensorsView(SafeFileHandle file, long offset, int length)
    {
        _length = length;
        if (length == 0)
        {
            return; // nothing to map
        }
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _accessor = _map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        _accessor.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _accessor.PointerOffset;
    }

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The view is disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null && _length > 0, this);
            return new(_start, _length);
        }
    }

    /// <summary>Unmaps the bytes.</summary>
    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _accessor!.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        _accessor?.Dispose();
        _map?.Dispose();
    }
}
