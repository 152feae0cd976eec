// Package native lists the builtins that OPA's WebAssembly runs itself. The compiler's own list is
// internal to it; a test compares the two.
package native

import "github.com/open-policy-agent/opa/v1/ast"

var builtins = names(
	ast.Plus, ast.Minus, ast.Multiply, ast.Divide, ast.Rem, ast.Abs, ast.Round, ast.Ceil, ast.Floor,
	ast.ArrayConcat, ast.ArrayFlatten, ast.ArrayReverse, ast.ArraySlice,
	ast.SetDiff, ast.And, ast.Or, ast.Intersection, ast.Union,
	ast.IsNumber, ast.IsString, ast.IsBoolean, ast.IsArray, ast.IsSet, ast.IsObject, ast.IsNull, ast.TypeNameBuiltin,
	ast.BitsOr, ast.BitsAnd, ast.BitsNegate, ast.BitsXOr, ast.BitsShiftLeft, ast.BitsShiftRight,
	ast.Count, ast.Sum, ast.Product, ast.Max, ast.Min, ast.Sort, ast.All, ast.Any,
	ast.Base64IsValid, ast.Base64Decode, ast.Base64Encode, ast.Base64UrlEncode, ast.Base64UrlDecode,
	ast.NetCIDRContains, ast.NetCIDROverlap, ast.NetCIDRIntersects,
	ast.Equal, ast.NotEqual, ast.GreaterThan, ast.GreaterThanEq, ast.LessThan, ast.LessThanEq, ast.Equality, ast.Assign,
	ast.GlobMatch, ast.RegexIsValid, ast.RegexMatch, ast.RegexMatchDeprecated, ast.RegexFindAllStringSubmatch,
	ast.JSONMarshal, ast.JSONUnmarshal, ast.JSONIsValid, ast.JSONRemove, ast.JSONFilter,
	ast.ObjectFilter, ast.ObjectGet, ast.ObjectKeys, ast.ObjectRemove, ast.ObjectUnion, ast.ObjectUnionN,
	ast.Concat, ast.FormatInt, ast.IndexOf, ast.Substring, ast.Lower, ast.Upper, ast.Contains, ast.StartsWith, ast.EndsWith,
	ast.StringReverse, ast.Split, ast.Replace, ast.ReplaceN, ast.Trim, ast.TrimLeft, ast.TrimPrefix, ast.TrimRight,
	ast.TrimSuffix, ast.TrimSpace, ast.InternalTemplateString,
	ast.NumbersRange, ast.ToNumber, ast.WalkBuiltin, ast.ReachableBuiltin, ast.Member, ast.MemberWithKey,
)

// Has tells whether WebAssembly runs a builtin without its host.
func Has(name string) bool { return builtins[name] }

func names(list ...*ast.Builtin) map[string]bool {
	result := make(map[string]bool, len(list))
	for _, b := range list {
		result[b.Name] = true
	}
	return result
}
