// Package catalogue derives everything that the policies declare (features, scopes, tools and
// models) from the `scopes` rules of the features. The bundle carries it as data.
package catalogue

// Catalogue is what the bundle holds as data.scopeward.catalogue. Members are keyed by name and
// lists are sorted, so that equal policies give equal bytes.
type Catalogue struct {
	Features map[string]Feature `json:"features"`
	Scopes   map[string]Scope   `json:"scopes"`
	Tools    map[string]Target  `json:"tools"`
	Models   map[string]Target  `json:"models"`
}

// Feature is one package features.<name>. Title and description are from its METADATA.
type Feature struct {
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Scopes      []string `json:"scopes"`
}

// Scope is one declared scope. Title and description are from the METADATA of its rule.
type Scope struct {
	Feature     string   `json:"feature"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Tools       []string `json:"tools"`
	Models      []string `json:"models"`
	Audiences   []string `json:"audiences"`
	Risk        string   `json:"risk,omitempty"`
	Requires    []string `json:"requires"`
}

// Target is one tool or model: the features that own it and the scopes that open it. Resource is
// nil, "none" or a Resource.
type Target struct {
	Features []string   `json:"features"`
	Scopes   ByAudience `json:"scopes"`
	Resource any        `json:"resource,omitempty"`
}

// ByAudience lists the scopes that are open to each audience, by risk, then name.
type ByAudience struct {
	Internal []string `json:"internal"`
	External []string `json:"external"`
}

// Resource says where the resource of a tool call comes from: a JSON pointer into the arguments or
// the name of a normaliser.
type Resource struct {
	Type string `json:"type"`
	From string `json:"from"`
}
