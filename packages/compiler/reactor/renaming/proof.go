package renaming

import (
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// alwaysNative are the builtins that take anything and never fail.
var alwaysNative = names(ast.Equality, ast.Assign, ast.Equal, ast.NotEqual, ast.GreaterThan, ast.GreaterThanEq, ast.LessThan,
	ast.LessThanEq, ast.Member, ast.MemberWithKey, ast.TypeNameBuiltin, ast.IsNumber, ast.IsString, ast.IsBoolean, ast.IsArray,
	ast.IsSet, ast.IsObject, ast.IsNull, ast.WalkBuiltin)

// nativeWhenTyped cannot fail on arguments of the declared types, and answer then as OPA's own do.
// The others are never native: numbers are decimal in WebAssembly and binary in Go, letters follow an
// older Unicode, and what reads a text (JSON, base64, globs, addresses) does so with another parser.
var nativeWhenTyped = names(ast.Count, ast.ArrayConcat, ast.ArrayReverse, ast.ArrayFlatten, ast.SetDiff, ast.And, ast.Or,
	ast.Intersection, ast.Union, ast.All, ast.Any, ast.Max, ast.Min, ast.Sort, ast.StartsWith, ast.EndsWith, ast.Contains,
	ast.StringReverse, ast.Split, ast.Trim, ast.TrimLeft, ast.TrimRight, ast.TrimPrefix, ast.TrimSuffix, ast.TrimSpace,
	ast.Base64Encode, ast.Base64UrlEncode, ast.ObjectGet, ast.ObjectKeys, ast.ObjectRemove, ast.ObjectFilter, ast.ObjectUnion,
	ast.ObjectUnionN)

// nativeWhen hold for builtins that are right only for some values of the declared types.
var nativeWhen = map[string]func(operands []*ast.Term, of []types.Type) bool{
	// On numbers it subtracts.
	ast.Minus.Name: func(_ []*ast.Term, of []types.Type) bool { return isSet(of[0]) && isSet(of[1]) },
	// A set is joined in the order of its hashes instead of its values.
	ast.Concat.Name: func(_ []*ast.Term, of []types.Type) bool { return isArray(of[1]) },
	// An empty text to look for is an error, and to replace is a loop without end.
	ast.IndexOf.Name: func(operands []*ast.Term, _ []types.Type) bool { return isText(operands[1]) },
	ast.Replace.Name: func(operands []*ast.Term, _ []types.Type) bool { return isText(operands[1]) },
	// Only constants are known to be whole numbers.
	ast.Substring.Name: func(operands []*ast.Term, _ []types.Type) bool {
		offset, ok := integer(operands[1])
		_, whole := integer(operands[2])
		return ok && whole && offset >= 0
	},
	ast.ArraySlice.Name: func(operands []*ast.Term, _ []types.Type) bool {
		_, start := integer(operands[1])
		_, stop := integer(operands[2])
		return start && stop
	},
	ast.RegexMatch.Name: func(operands []*ast.Term, _ []types.Type) bool { return isPlainPattern(operands[0]) },
	// What is no string is written differently.
	ast.InternalTemplateString.Name: func(_ []*ast.Term, of []types.Type) bool { return isArrayOfTexts(of[0]) },
}

// proven tells whether a native call cannot fail, and answers as OPA's own builtin does.
func (r *rewriter) proven(name string, operands []*ast.Term, known scope) bool {
	special, conditional := nativeWhen[name]
	if !conditional && !nativeWhenTyped[name] {
		return false
	}
	declared := r.declared[name].Decl.FuncArgs().Args
	if len(declared) != len(operands) {
		return false
	}
	of := make([]types.Type, len(operands))
	for i, operand := range operands {
		of[i] = r.typeOf(operand, known)
		if !within(of[i], declared[i]) {
			return false
		}
	}
	return !conditional || special(operands, of)
}

func isSet(t types.Type) bool   { return within(t, types.SetOfAny) }
func isArray(t types.Type) bool { return within(t, types.NewArray(nil, types.A)) }

// isArrayOfTexts holds for the parts of a template: a text, or a set of the one text that an
// expression gives, if it gives any.
func isArrayOfTexts(t types.Type) bool {
	return within(t, types.NewArray(nil, types.NewAny(types.S, types.NewSet(types.S))))
}

func isText(term *ast.Term) bool {
	text, ok := term.Value.(ast.String)
	return ok && text != ""
}

func integer(term *ast.Term) (int, bool) {
	number, ok := term.Value.(ast.Number)
	if !ok {
		return 0, false
	}
	return number.Int()
}

// isPlainPattern holds for what every version of RE2 reads alike: no flags, no names, no classes of
// Unicode, no zero byte.
func isPlainPattern(term *ast.Term) bool {
	text, ok := term.Value.(ast.String)
	if !ok {
		return false
	}
	pattern := string(text)
	if _, err := regexp.Compile(pattern); err != nil {
		return false
	}
	for _, special := range []string{`\p`, `\P`, `\C`, `\x`, "\x00"} {
		if strings.Contains(pattern, special) {
			return false
		}
	}
	return !strings.Contains(strings.ReplaceAll(pattern, "(?:", "("), "(?")
}

func names(builtins ...*ast.Builtin) map[string]bool {
	result := make(map[string]bool, len(builtins))
	for _, b := range builtins {
		result[b.Name] = true
	}
	return result
}
