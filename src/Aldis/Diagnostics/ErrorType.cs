namespace Aldis.Diagnostics;

/// <summary>What an error is called in telemetry: by its kind, never by its message, which may quote anything.</summary>
internal static class ErrorType
{
    /// <summary>The code of one of our own errors, for example <c>ALD1402</c>, else the name of the exception's type.</summary>
    public static string Of(Exception? error) => error switch
    {
        null => TelemetryNames.OtherError,
        AldisException known => known.Code,
        _ => error.GetType().FullName ?? TelemetryNames.OtherError,
    };
}
