using Npgsql;
using NpgsqlTypes;

namespace Aldis.PostgreSql;

/// <summary>A statement with its values. Can be sent several times.</summary>
/// <param name="text">The statement, with $1, $2, … in it.</param>
internal sealed class Call(string text)
{
    private readonly List<Func<NpgsqlParameter>> _values = [];

    public Call With(int value) => Add(value, NpgsqlDbType.Integer);

    public Call With(int? value) => AddNullable(value, NpgsqlDbType.Integer);

    public Call With(long value) => Add(value, NpgsqlDbType.Bigint);

    public Call With(long? value) => AddNullable(value, NpgsqlDbType.Bigint);

    public Call With(double value) => Add(value, NpgsqlDbType.Double);

    public Call With(bool value) => Add(value, NpgsqlDbType.Boolean);

    public Call With(Guid value) => Add(value, NpgsqlDbType.Uuid);

    public Call With(Guid? value) => AddNullable(value, NpgsqlDbType.Uuid);

    public Call With(DateTime? value) => AddNullable(value, NpgsqlDbType.TimestampTz);

    public Call With(string? value) => Add<object>((object?)value ?? DBNull.Value, NpgsqlDbType.Text);

    public Call With(ReadOnlyMemory<byte> value) => Add(value, NpgsqlDbType.Bytea);

    public Call With(int[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public Call With(long[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public Call With(long?[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public Call With(double[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Double);

    public Call With(double?[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Double);

    public Call With(bool[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    public Call With(Guid[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public Call With(DateTime?[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    public Call With(string?[] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public Call With(byte[][] values) => Add(values, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    /// <summary>The command, on a connection.</summary>
    public NpgsqlCommand On(NpgsqlConnection connection, NpgsqlTransaction? transaction = null)
    {
        var command = new NpgsqlCommand(text, connection, transaction);
        foreach (var value in _values)
        {
            command.Parameters.Add(value());
        }

        return command;
    }

    private Call Add<T>(T value, NpgsqlDbType type)
    {
        _values.Add(() => new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return this;
    }

    private Call AddNullable<T>(T? value, NpgsqlDbType type) where T : struct => value is { } there ? Add(there, type) : Add<object>(DBNull.Value, type);
}
