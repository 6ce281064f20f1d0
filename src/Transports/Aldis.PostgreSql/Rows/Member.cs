using System.Linq.Expressions;
using Aldis.Errors;

namespace Aldis.PostgreSql.Rows;

/// <summary>Which member of a row an expression names.</summary>
internal static class Member
{
    public static string NameOf(LambdaExpression column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var body = column.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion)
        {
            body = conversion.Operand;
        }

        return body is MemberExpression { Expression: ParameterExpression } member
            ? member.Member.Name
            : throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"'{column}' names no column.", "A column is named by a member of the row and nothing else.", "Write user => user.Email."));
    }
}
