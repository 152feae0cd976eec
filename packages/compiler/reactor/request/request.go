// Package request is what TypeScript asks of the reactor.
package request

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Request is one call. Which members matter depends on the operation.
type Request struct {
	Op string `json:"op"`
	// Files is the policy folder: path with forward slashes to text.
	Files map[string]string `json:"files"`
	// Library is package `scopeward`, by virtual path `scopeward/<file>`.
	Library      map[string]string `json:"library"`
	V0Compatible bool              `json:"v0Compatible"`
	// HostBuiltins are OPA builtins that the evaluator supplies; PluginBuiltins come from plugins.
	HostBuiltins   []string        `json:"hostBuiltins"`
	PluginBuiltins []*ast.Builtin  `json:"pluginBuiltins"`
	InputSchema    json.RawMessage `json:"inputSchema"`

	Query     string          `json:"query"`
	Input     json.RawMessage `json:"input"`
	TimeoutMs int             `json:"timeoutMs"`
	Explain   bool            `json:"explain"`
	Run       string          `json:"run"`
	Coverage  bool            `json:"coverage"`

	// Bundle and Add are for the operation `archive`: a tar.gz and text files that it is to gain.
	Bundle []byte            `json:"bundle"`
	Add    map[string]string `json:"add"`
	// Modules and Data are for the operation `compile-query`.
	Modules []string        `json:"modules"`
	Data    json.RawMessage `json:"data"`
}

const defaultTimeoutMs = 5000

// Decode reads a request and refuses builtins that would shadow OPA's own.
func Decode(body []byte) (*Request, error) {
	r := &Request{}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, err
	}
	if r.TimeoutMs <= 0 {
		r.TimeoutMs = defaultTimeoutMs
	}
	seen := map[string]bool{}
	for _, b := range r.PluginBuiltins {
		if b.Decl == nil || ast.BuiltinMap[b.Name] != nil || seen[b.Name] {
			return nil, fmt.Errorf("builtin `%s` has no declaration, is declared twice or takes the name of an OPA builtin", b.Name)
		}
		seen[b.Name] = true
	}
	return r, nil
}

// Timeout is how long one test or one evaluation may take.
func (r *Request) Timeout() time.Duration { return time.Duration(r.TimeoutMs) * time.Millisecond }

// RegoVersion is how the author's files are read; the library is always Rego v1.
func (r *Request) RegoVersion() ast.RegoVersion {
	if r.V0Compatible {
		return ast.RegoV0
	}
	return ast.RegoV1
}

// Capabilities are OPA's own and the builtins of plugins; fresh at each call, so the caller may change them.
func (r *Request) Capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion(ast.CapabilitiesRegoVersion(r.RegoVersion()))
	c.Builtins = slices.Clip(c.Builtins)
	c.Builtins = append(c.Builtins, r.PluginBuiltins...)
	return c
}

// PluginNames are the names of the builtins that plugins bring.
func (r *Request) PluginNames() []string {
	names := make([]string, len(r.PluginBuiltins))
	for i, b := range r.PluginBuiltins {
		names[i] = b.Name
	}
	return names
}
