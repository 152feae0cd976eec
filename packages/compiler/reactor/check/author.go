package check

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/util"

	"scopeward.dev/compiler/reactor/catalogue"
	"scopeward.dev/compiler/reactor/clock"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/rules"
)

// evaluateCatalogue asks what the policies declare; its problems are the author's.
func (c *Checked) evaluateCatalogue() {
	r := c.Sources.Request
	evaluated, problems := catalogue.Evaluate(catalogue.Input{Modules: c.Sources.Modules, Compiler: c.Compiler, Data: c.Sources.Data,
		PluginBuiltins: r.PluginNames(), Cancel: clock.In(r.Timeout())})
	c.Catalogue, c.Authoring = evaluated, append(c.Authoring, problems...)
}

// authorProblems asks Scopeward's rules, of what parses even when it does not compile.
func authorProblems(c *Checked) []problem.Problem {
	s, r := c.Sources, c.Sources.Request
	var schema any
	if len(r.InputSchema) > 0 {
		if err := util.UnmarshalJSON(r.InputSchema, &schema); err != nil {
			schema = nil
		}
	}
	return rules.Check(rules.Input{Sources: r.Files, Modules: s.Modules, Compiler: c.Compiler, Data: s.Data, DataFiles: s.DataFiles,
		Schemas: s.Schemas, InputSchema: schema, Capabilities: s.Request.Capabilities(), HostBuiltins: r.HostBuiltins,
		PluginBuiltins: r.PluginNames(), Catalogue: c.Catalogue})
}

// CatalogueData is the catalogue as base data; an empty one where there is none. Nobody may change it.
func (c *Checked) CatalogueData() map[string]any {
	if c.catalogueData == nil {
		c.catalogueData = dataOf(c.Catalogue)
	}
	return c.catalogueData
}

func dataOf(c *catalogue.Catalogue) map[string]any {
	empty := map[string]any{"features": map[string]any{}, "scopes": map[string]any{}, "tools": map[string]any{}, "models": map[string]any{}}
	if c == nil {
		return empty
	}
	text, err := json.Marshal(c)
	if err != nil {
		return empty
	}
	var data map[string]any
	if err := util.UnmarshalJSON(text, &data); err != nil {
		return empty
	}
	return data
}

// Data is the author's data with the catalogue, as the bundle holds it.
func (c *Checked) Data() map[string]any {
	data := map[string]any{}
	for key, value := range c.Sources.Data {
		data[key] = value
	}
	library := map[string]any{}
	if own, ok := data["scopeward"].(map[string]any); ok {
		for key, value := range own {
			library[key] = value
		}
	}
	library["catalogue"] = c.CatalogueData()
	data["scopeward"] = library
	return data
}
