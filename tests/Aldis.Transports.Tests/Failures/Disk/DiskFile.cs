namespace Aldis.Transports.Tests.Failures;

/// <summary>A file as the disk has it for certain, and what was asked of it since it was last synchronised, which the disk may have done or not.</summary>
internal sealed class DiskFile
{
    private readonly List<DiskCall> _pending = [];
    private byte[] _certain = [];

    /// <summary>Something is asked of it.</summary>
    public void Ask(DiskCall call)
    {
        if (call.Kind != 's')
        {
            _pending.Add(call);
            return;
        }

        _pending.ForEach(one => Do(ref _certain, one));
        _pending.Clear();
    }

    /// <summary>
    /// What may be found after a power cut: of everything that was not synchronised, each sector may be there or not, in whatever order it was written. Where a file was
    /// to grow and did not get its data, there is nothing, or anything.
    /// </summary>
    public byte[] AfterCut(CutMood mood)
    {
        var found = (byte[])_certain.Clone();
        foreach (var call in _pending)
        {
            if (call.Kind == 't')
            {
                if (mood.SurvivesWhole())
                {
                    Do(ref found, call);
                }

                continue;
            }

            var isWhole = mood.SurvivesWhole();
            for (var start = call.Offset; start < call.Offset + call.Data.Length;)
            {
                var end = Math.Min((start / mood.Sector + 1) * mood.Sector, call.Offset + call.Data.Length);
                var data = call.Data.Slice((int)(start - call.Offset), (int)(end - start));
                if (mood.IsByWrite ? isWhole : mood.Survives())
                {
                    Do(ref found, call with { Offset = start, Data = data });
                }
                else if (end > found.Length && mood.GrowsAnyway())
                {
                    Do(ref found, call with { Offset = start, Data = mood.Anything(data.Length) });
                }

                start = end;
            }
        }

        return found;
    }

    private static void Do(ref byte[] content, DiskCall call)
    {
        if (call.Kind == 't')
        {
            Array.Resize(ref content, (int)call.Length);
            return;
        }

        var end = (int)call.Offset + call.Data.Length;
        if (end > content.Length)
        {
            Array.Resize(ref content, end);
        }

        call.Data.Span.CopyTo(content.AsSpan((int)call.Offset));
    }
}
