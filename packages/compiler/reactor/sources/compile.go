package sources

import (
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Compile runs OPA's compiler over the given modules of the author and the library. The problems
// name the author's files only.
func (s *Sources) Compile(modules map[string]*ast.Module, types *InputTypes, strict bool) (*ast.Compiler, ast.Errors) {
	all := make(map[string]*ast.Module, len(modules)+len(s.Library))
	maps.Copy(all, s.Library)
	maps.Copy(all, modules)
	c := s.Compiler().WithStrict(strict)
	if types != nil {
		all = types.annotate(all)
		c = c.WithSchemas(types.set)
	}
	if c.Compile(all); c.Failed() {
		return nil, c.Errors
	}
	return c, nil
}

// Compiler is a compiler as every operation uses it.
func (s *Sources) Compiler() *ast.Compiler {
	return ast.NewCompiler().WithCapabilities(s.capabilities).WithEnablePrintStatements(true).SetErrorLimit(0).
		WithDefaultRegoVersion(s.Request.RegoVersion()).WithUseTypeCheckAnnotations(true).WithPathConflictsCheck(s.hasData)
}

// hasData tells whether base data lies at a path, which a rule must not take.
func (s *Sources) hasData(path []string) (bool, error) {
	var value any = s.Data
	for _, part := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return true, nil // a value that is no object leaves no room for a rule below it
		}
		if value, ok = object[part]; !ok {
			return false, nil
		}
	}
	return true, nil
}
