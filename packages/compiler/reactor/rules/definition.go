package rules

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// definition is all rules of one name in one package.
type definition struct{ rules []*ast.Rule }

// define notes what a module defines, and the names that its package thereby knows.
func (p *policy) define(m *module, identifiers map[string]map[ast.Var]ast.Ref) {
	key := m.Package.Path.String()
	if identifiers[key] == nil {
		identifiers[key] = map[ast.Var]ast.Ref{}
	}
	for _, rule := range m.Rules {
		name := ruleName(rule)
		path := m.Package.Path[:len(m.Package.Path):len(m.Package.Path)].Append(ast.StringTerm(name))
		identifiers[key][ast.Var(name)] = path
		if m.test {
			continue
		}
		d := p.definitions[path.String()]
		if d == nil {
			d = &definition{}
			p.definitions[path.String()] = d
		}
		d.rules = append(d.rules, rule)
	}
}

// imported adds a module's imports to the names of its package.
func imported(m *ast.Module, identifiers map[ast.Var]ast.Ref) map[ast.Var]ast.Ref {
	names := make(map[ast.Var]ast.Ref, len(identifiers)+len(m.Imports))
	for name, path := range identifiers {
		names[name] = path
	}
	for _, i := range m.Imports {
		path, ok := i.Path.Value.(ast.Ref)
		if ok && (path[0].Equal(ast.InputRootDocument) || path[0].Equal(ast.DefaultRootDocument)) {
			names[i.Name()] = path
		}
	}
	return names
}

// always tells whether a reference has a value whatever the request and the data are.
func (p *policy) always(ref ast.Ref) bool {
	if ref[0].Equal(ast.InputRootDocument) {
		return len(ref) == 1
	}
	for n := 2; n <= len(ref); n++ {
		d, ok := p.definitions[ref[:n].String()]
		if !ok {
			continue
		}
		for _, rule := range d.rules {
			if total(rule, ref[n:]) {
				return true
			}
		}
	}
	return false
}

// total tells whether one rule alone gives a value to what lies at the path below it. A function is
// total when it gives one to all arguments.
func total(rule *ast.Rule, path ast.Ref) bool {
	head := rule.Head
	switch {
	case len(path) == 0 && (rule.Default || head.RuleKind() == ast.MultiValue || len(head.Ref()) > 1):
		return true // a set or an object is at least empty
	case rule.Default || head.RuleKind() == ast.MultiValue || len(head.Ref()) > 1 || !unconditional(rule.Body):
		return false
	case len(path) == 0:
		return constant(head.Value) && open(head.Args)
	}
	if len(head.Args) > 0 || !constant(head.Value) {
		return false
	}
	_, err := head.Value.Value.Find(path)
	return err == nil
}

// value is what a reference stands for, where that is written in one rule; else nil.
func (p *policy) value(ref ast.Ref) *ast.Term {
	d := p.definitions[ref.String()]
	if d == nil || len(d.rules) != 1 {
		return nil
	}
	rule := d.rules[0]
	if rule.Default || rule.Head.RuleKind() == ast.MultiValue || len(rule.Head.Ref()) > 1 || len(rule.Head.Args) > 0 || !unconditional(rule.Body) {
		return nil
	}
	return rule.Head.Value
}

func unconditional(body ast.Body) bool {
	if len(body) != 1 || len(body[0].With) > 0 || body[0].Negated {
		return false
	}
	term, ok := body[0].Terms.(*ast.Term)
	return ok && term.Value.Compare(ast.Boolean(true)) == 0
}

// open tells whether a function's arguments take any value.
func open(args ast.Args) bool {
	seen := map[ast.Value]bool{}
	for _, arg := range args {
		v, ok := arg.Value.(ast.Var)
		if !ok || seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// constant tells whether a term has a value by itself.
func constant(t *ast.Term) bool {
	result := true
	ast.NewGenericVisitor(func(x any) bool {
		if t, ok := x.(*ast.Term); ok {
			switch t.Value.(type) {
			case ast.Ref, ast.Var, ast.Call:
				result = false
			case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension, *ast.TemplateString:
				return true
			}
		}
		return !result
	}).Walk(t)
	return result
}
