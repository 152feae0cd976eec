package renaming

import "github.com/open-policy-agent/opa/v1/ast"

// replacements tell what `with` puts something else in place of, somewhere in the author's modules.
// Of such things nothing is proven: the replacement reaches every rule that is evaluated under it.
type replacements struct{ input, data, builtins bool }

func replacedIn(modules map[string]*ast.Module) replacements {
	var found replacements
	for _, m := range modules {
		ast.WalkWiths(m, func(w *ast.With) bool {
			ref, ok := w.Target.Value.(ast.Ref)
			switch {
			case ok && ref[0].Equal(ast.InputRootDocument):
				found.input = true
			case ok && ref[0].Equal(ast.DefaultRootDocument):
				found.data = true
			default:
				// A builtin, or an imported name: which of both is known only after compiling.
				found.data, found.builtins = true, true
			}
			return false
		})
	}
	return found
}
