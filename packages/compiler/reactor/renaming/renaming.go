// Package renaming makes the failure of a builtin visible. WebAssembly's native builtins give
// nothing when they fail, so a call that is not proven to succeed, or whose native version answers
// differently from OPA's own, becomes a call of `scopeward.<name>`, which the host runs.
package renaming

import (
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"scopeward.dev/compiler/reactor/native"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
)

// Prefix is what the names of such host builtins begin with.
const Prefix = "scopeward."

// HostName is the name of the host builtin for a native one. A keyword cannot stand behind a dot
// (`contains` is one), so it gets an underscore; no name of OPA ends with that.
func HostName(name string) string {
	if ast.IsKeyword(name) {
		name += "_"
	}
	return Prefix + name
}

// Modules are compiled: references are resolved, and each call is an expression of its own. Compiling
// them once more changes nothing of what they mean.
type Modules struct {
	All map[string]*ast.Module
	// Capabilities declare the host builtins beside OPA's own.
	Capabilities *ast.Capabilities
}

// Rename compiles the modules and renames calls in the author's. The library's own calls are
// proven by its tests.
func Rename(r *request.Request, library, author map[string]*ast.Module) (*Modules, ast.Errors) {
	replaced := replacedIn(author)
	compiler, input, errs := compile(r, library, author, replaced)
	if len(errs) > 0 {
		return nil, errs
	}
	capabilities, hosted := declare(r)
	known := knowledge{data: compiler.TypeEnv, input: input, replaced: replaced, declared: map[string]*ast.Builtin{}}
	for _, b := range capabilities.Builtins {
		known.declared[b.Name] = b
	}
	for _, b := range r.PluginBuiltins {
		known.declared[b.Name] = unproven(b)
	}
	for file := range author {
		rewriter := rewriter{knowledge: known, hosted: hosted, closures: map[ast.Value]scope{}}
		for _, rule := range compiler.Modules[file].Rules {
			rewriter.rule(rule)
		}
	}
	return &Modules{All: compiler.Modules, Capabilities: capabilities}, nil
}

// compile infers the types of rules. What is typed by the request's schema is checked at run time.
func compile(r *request.Request, library, author map[string]*ast.Module, replaced replacements) (*ast.Compiler, *ast.TypeEnv, ast.Errors) {
	modules := map[string]*ast.Module{}
	maps.Copy(modules, library)
	maps.Copy(modules, author)
	capabilities := r.Capabilities()
	for i, b := range capabilities.Builtins {
		if _, known := ast.BuiltinMap[b.Name]; !known {
			capabilities.Builtins[i] = unproven(b)
		}
	}
	// What comes after the types serves evaluation, and everything is compiled once more for WebAssembly.
	fresh := func() *ast.Compiler {
		return ast.NewCompiler().WithCapabilities(capabilities).SetErrorLimit(0).WithDefaultRegoVersion(r.RegoVersion()).
			WithOnlyStagesUpTo(ast.StageCheckTypes)
	}
	if schema := sources.RequestSchema(r.InputSchema); schema != nil && !replaced.input {
		c := fresh().WithSchemas(schema)
		if c.Compile(modules); !c.Failed() {
			return c, c.TypeEnv, nil
		}
	}
	// A package that is no feature may read what no request has: nothing is known of `input` then.
	c := fresh()
	if c.Compile(modules); c.Failed() {
		return nil, nil, c.Errors
	}
	return c, nil, nil
}

// unproven declares that a plugin's builtin can give anything: nobody checks the type that it promises.
func unproven(b *ast.Builtin) *ast.Builtin {
	if b.Decl.Result() == nil {
		return b
	}
	open := *b
	open.Decl = types.NewFunction(b.Decl.FuncArgs().Args, types.A)
	return &open
}

// declare gives the capabilities with a host builtin for each native one that the host supplies too.
func declare(r *request.Request) (*ast.Capabilities, map[string]bool) {
	capabilities, hosted := r.Capabilities(), map[string]bool{}
	for _, name := range r.HostBuiltins {
		b, ok := ast.BuiltinMap[name]
		if !ok || !native.Has(name) || alwaysNative[name] || b.Relation {
			continue
		}
		hosted[name] = true
		capabilities.Builtins = append(capabilities.Builtins, &ast.Builtin{Name: HostName(name), Decl: b.Decl})
	}
	return capabilities, hosted
}
