using System.Globalization;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>The errors of a run store.</summary>
internal static class StoreErrors
{
    internal static ResearchKitException TooNew(string path, int schema, int known) =>
        new(
            ErrorCodes.RunTooNew,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{path} has schema {schema}: it was written by a newer ResearchKit, this one reads up to {known}."
            ),
            "Use the version of ResearchKit that its manifest names, or a newer one."
        );

    internal static ResearchKitException Damaged(string path, string what, Exception? inner = null) =>
        new(
            ErrorCodes.RunDamaged,
            $"{path}: {what}.",
            "Restore the file from a copy, or start a new run and take over what is whole with --import.",
            inner
        );

    internal static ResearchKitException NotWritten(string path, string remedy, Exception inner) =>
        new(
            ErrorCodes.WriteFailed,
            $"{path} could not be written ({inner.Message.TrimEnd('.')}{WriteFailure.FreeSpace(path)}). Finished cells are kept; nothing more is written to this file.",
            remedy,
            inner
        );

    internal static ResearchKitException NotFound(string what, string root) =>
        new(
            ErrorCodes.RunNotFound,
            $"There is no {what} under {root}.",
            "List the runs, or name the folder of the store with --out or RESEARCHKIT_RUNS."
        );
}
