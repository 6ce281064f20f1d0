using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators;

/// <summary>Values as C# writes them.</summary>
internal static class Literal
{
    public static string Of(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>A constant of a type, which may be an enum.</summary>
    public static string Of(object value, string type) => value switch
    {
        string text => Of(text),
        bool truth => truth ? "true" : "false",
        double number => $"({type})({Number(number)})",
        float number => $"({type})({Number(number)})",
        decimal number => $"({type})({number.ToString(CultureInfo.InvariantCulture)}m)",
        char letter => SymbolDisplay.FormatLiteral(letter, quote: true),
        _ => $"({type})({((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)})",
    };

    /// <summary>The argument of an attribute, as an object.</summary>
    public static string Of(TypedConstant constant) => constant switch
    {
        { IsNull: true } or { Kind: TypedConstantKind.Error } => "null",
        { Kind: TypedConstantKind.Array } => "new object()",       // equal to nothing else, as any other array
        { Kind: TypedConstantKind.Type, Value: ITypeSymbol type } => $"typeof({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})",
        { Value: { } value, Type: { } type } => Of(value, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)),
        _ => "null",
    };

    private static string Number(double number)
    {
        return double.IsNaN(number) ? "double.NaN"
            : double.IsInfinity(number) ? number > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity"
            : number.ToString("R", CultureInfo.InvariantCulture) + "d";
    }
}
