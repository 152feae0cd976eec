package sources

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/problem"
)

const toolSchemas = "schemas/tools/"

// InputTypes is what the type checker knows of `input`: the schema of the access request, extended
// by the author's own schemas, for each feature. Packages outside `features` know nothing.
type InputTypes struct {
	set       *ast.SchemaSet
	byFeature map[string]ast.Ref
	// authored tells whether references of METADATA to schemas can be followed.
	authored bool
}

var (
	inputRef    = ast.Ref{ast.InputRootDocument}
	requestRef  = ast.MustParseRef("schema.scopeward.request")
	featureRoot = ast.MustParseRef("schema.scopeward.feature")
)

// Tools are the names of the tools of each feature, and whether it names models too.
type Tools map[string]FeatureTools

// FeatureTools are the tools of one feature.
type FeatureTools struct {
	Names  []string
	Models bool
}

// InputTypes reads the schemas. Without tools, `input.args` is open.
func (s *Sources) InputTypes(tools Tools) (*InputTypes, error) {
	base, err := s.requestSchema()
	if err != nil {
		return nil, err
	}
	t := &InputTypes{set: ast.NewSchemaSet(), byFeature: map[string]ast.Ref{}, authored: len(s.Schemas) > 0}
	t.set.Put(requestRef, base)
	for file, schema := range s.Schemas {
		t.set.Put(schemaRef(file), readable(schema))
	}
	for _, feature := range s.Features() {
		t.byFeature[feature] = requestRef
		args, ok := s.argumentSchema(tools[feature])
		if !ok {
			continue
		}
		extended, err := s.requestSchema()
		if err != nil {
			return nil, err
		}
		set(extended, args, "properties", "args")
		ref := featureRoot.Append(ast.StringTerm(feature))
		t.set.Put(ref, extended)
		t.byFeature[feature] = ref
	}
	return t, nil
}

// RequestSchema knows the access request alone, which is checked at run time; the author's schemas
// are not, so nothing may be proven with them. It is nil where there is none that can be read.
func RequestSchema(schema json.RawMessage) *ast.SchemaSet {
	var value any
	if err := util.UnmarshalJSON(schema, &value); err != nil {
		return nil
	}
	set := ast.NewSchemaSet()
	set.Put(ast.SchemaRootRef, readable(value))
	return set
}

// HasToolSchemas tells whether the type of `input.args` depends on which feature has which tool.
func (s *Sources) HasToolSchemas() bool {
	for file := range s.Schemas {
		if strings.HasPrefix(file, toolSchemas) {
			return true
		}
	}
	return false
}

func (s *Sources) requestSchema() (any, error) {
	var schema any
	if len(s.Request.InputSchema) == 0 {
		return map[string]any{}, nil
	}
	if err := util.UnmarshalJSON(s.Request.InputSchema, &schema); err != nil {
		return nil, err
	}
	schema = readable(schema)
	for file, path := range map[string][]string{
		"schemas/context.json":     {"properties", "context", "properties", "facts"},
		"schemas/constraints.json": {"properties", "key", "properties", "constraints"},
		"schemas/resource.json":    {"properties", "resource", "properties", "properties"},
	} {
		if extension, ok := s.Schemas[file]; ok {
			set(schema, readable(extension), path...)
		}
	}
	return schema, nil
}

// argumentSchema is any of the schemas of a feature's tools. One tool without a schema, or a model,
// leaves the arguments open.
func (s *Sources) argumentSchema(tools FeatureTools) (any, bool) {
	if tools.Models || len(tools.Names) == 0 {
		return nil, false
	}
	options := []any{}
	for _, tool := range tools.Names {
		schema, ok := s.Schemas[toolSchemas+tool+".json"]
		if !ok {
			return nil, false
		}
		options = append(options, readable(schema))
	}
	if len(options) == 1 {
		return options[0], true
	}
	return map[string]any{"anyOf": options}, true
}

func set(schema, value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		object, ok := schema.(map[string]any)
		if !ok {
			return
		}
		schema = object[key]
	}
	if object, ok := schema.(map[string]any); ok {
		object[path[len(path)-1]] = value
	}
}

// schemaRef names a schema file as OPA does: schemas/a/b.json is schema.a.b.
func schemaRef(file string) ast.Ref {
	ref := ast.Ref{ast.SchemaRootDocument}
	for _, part := range strings.Split(strings.TrimSuffix(file, path.Ext(file)), "/")[1:] {
		ref = ref.Append(ast.StringTerm(part))
	}
	return ref
}

// annotate gives the packages of features, and the library, their type of `input`.
func (t *InputTypes) annotate(modules map[string]*ast.Module) map[string]*ast.Module {
	result := make(map[string]*ast.Module, len(modules))
	pending := map[string]ast.Ref{} // by package: the schema that no annotation carries yet
	for _, file := range util.KeysSorted(modules) {
		m := modules[file]
		if !t.authored {
			m = withoutSchemas(m)
		}
		result[file] = m
		if ref, ok := t.schemaOf(m.Package); ok {
			pending[m.Package.Path.String()] = ref
		}
	}
	// An author's annotation of the package takes the schema first: there can be only one per package.
	for _, existing := range []bool{true, false} {
		for _, file := range util.KeysSorted(result) {
			key := result[file].Package.Path.String()
			ref, ok := pending[key]
			if !ok {
				continue
			}
			if m, done := attach(result[file], ref, existing); done {
				result[file] = m
				delete(pending, key)
			}
		}
	}
	return result
}

func (t *InputTypes) schemaOf(p *ast.Package) (ast.Ref, bool) {
	if InScopeward(p) {
		return requestRef, true
	}
	feature, ok := Feature(p)
	if !ok {
		return nil, false
	}
	return t.byFeature[feature], true
}

func attach(m *ast.Module, schema ast.Ref, toExisting bool) (*ast.Module, bool) {
	input := &ast.SchemaAnnotation{Path: inputRef, Schema: schema}
	copied := *m
	copied.Annotations = slices.Clone(m.Annotations)
	for i, a := range copied.Annotations {
		if a.Scope != "package" {
			continue
		}
		if !toExisting {
			return nil, false
		}
		a = a.Copy(m.Package)
		a.Schemas = append([]*ast.SchemaAnnotation{input}, a.Schemas...)
		copied.Annotations[i] = a
		return &copied, true
	}
	if toExisting {
		return nil, false
	}
	a := (&ast.Annotations{Scope: "package", Location: m.Package.Location, Schemas: []*ast.SchemaAnnotation{input}}).Copy(m.Package)
	copied.Annotations = append(copied.Annotations, a)
	return &copied, true
}

// withoutSchemas drops references to schemas that are not there, as `opa check` without --schema does.
func withoutSchemas(m *ast.Module) *ast.Module {
	if !slices.ContainsFunc(m.Annotations, func(a *ast.Annotations) bool { return len(a.Schemas) > 0 }) {
		return m
	}
	copied := m.Copy()
	for _, a := range copied.Annotations {
		a.Schemas = slices.DeleteFunc(a.Schemas, func(s *ast.SchemaAnnotation) bool { return len(s.Schema) > 0 })
	}
	return copied
}

// CheckSchemas reports every schema that OPA's type checker cannot read.
func (s *Sources) CheckSchemas() []problem.Problem {
	var problems []problem.Problem
	for _, file := range util.KeysSorted(s.Schemas) {
		set := ast.NewSchemaSet()
		set.Put(ast.SchemaRootRef, readable(s.Schemas[file]))
		c := ast.NewCompiler().WithCapabilities(&ast.Capabilities{}).WithSchemas(set)
		if c.Compile(nil); c.Failed() {
			problems = append(problems, problem.Problem{Severity: "error", Code: schemaInvalid, Message: c.Errors[0].Message,
				File: file, Row: 1, Column: 1})
		}
	}
	return problems
}
