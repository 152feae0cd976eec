package renaming

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// knowledge is what is known of everything but local variables.
type knowledge struct {
	// data types the rules; input types the request, where it is not nil.
	data, input *ast.TypeEnv
	replaced    replacements
	declared    map[string]*ast.Builtin
}

// signature gives the number of arguments and the type of the result. After compiling, every
// operator has one.
func (k *knowledge) signature(operator ast.Ref) (arity int, result types.Type) {
	if b, ok := k.declared[operator.String()]; ok {
		if k.replaced.builtins {
			return b.Decl.Arity(), types.A
		}
		return b.Decl.Arity(), b.Decl.Result()
	}
	f, ok := k.data.GetByRef(operator).(*types.Function)
	switch {
	case !ok:
		return 0, types.A
	case k.replaced.data:
		return f.Arity(), types.A
	}
	return f.Arity(), f.Result()
}

func (r *rewriter) typeOf(term *ast.Term, known scope) types.Type {
	switch value := term.Value.(type) {
	case ast.Null, ast.Boolean, ast.Number, ast.String:
		return r.data.GetByValue(value)
	case ast.Var:
		return orAny(known[value])
	case ast.Ref:
		return r.typeOfRef(value, known)
	case *ast.Array:
		elements := make([]types.Type, value.Len())
		for i := range elements {
			elements[i] = r.typeOf(value.Elem(i), known)
		}
		return types.NewArray(elements, nil)
	case ast.Set:
		var of types.Type
		value.Foreach(func(element *ast.Term) { of = types.Or(of, r.typeOf(element, known)) })
		return types.NewSet(of)
	case ast.Object, *ast.ObjectComprehension:
		return types.NewObject(nil, types.NewDynamicProperty(types.A, types.A))
	case *ast.ArrayComprehension:
		return types.NewArray(nil, r.typeOf(value.Term, r.closures[value]))
	case *ast.SetComprehension:
		return types.NewSet(r.typeOf(value.Term, r.closures[value]))
	}
	return types.A
}

func (r *rewriter) typeOfRef(ref ast.Ref, known scope) types.Type {
	switch {
	case ref[0].Equal(ast.InputRootDocument):
		if r.input == nil || r.replaced.input {
			return types.A
		}
		return orAny(r.input.GetByRef(ref))
	case ref[0].Equal(ast.DefaultRootDocument):
		if r.replaced.data {
			return types.A
		}
		return orAny(r.data.GetByRef(ref))
	}
	t := r.typeOf(ref[0], known)
	for _, part := range ref[1:] {
		t = member(t, part)
	}
	return t
}

func member(t types.Type, part *ast.Term) types.Type {
	if key, ok := part.Value.(ast.String); ok {
		return orAny(types.Select(t, string(key)))
	}
	return orAny(types.Values(t))
}

// learn notes the type of a variable, once it must have it.
func (s scope) learn(term *ast.Term, t types.Type) {
	if term == nil {
		return
	}
	if name, ok := term.Value.(ast.Var); ok && s[name] == nil && t != nil {
		s[name] = t
	}
}

func (s scope) unify(a, b *ast.Term, r *rewriter) {
	if _, ok := a.Value.(ast.Var); ok {
		s.learn(a, r.typeOf(b, s))
	}
	if _, ok := b.Value.(ast.Var); ok {
		s.learn(b, r.typeOf(a, s))
	}
}

func orAny(t types.Type) types.Type {
	if t == nil {
		return types.A
	}
	return t
}
