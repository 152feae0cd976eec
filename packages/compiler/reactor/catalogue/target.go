package catalogue

import (
	"cmp"
	"slices"
)

// targets turns what scopes name around: for each tool or model the features that own it and the
// scopes that open it.
func targets(scopes map[string]Scope, names func(Scope) []string, resources map[string]any) map[string]Target {
	found := map[string]Target{}
	for _, scope := range byRisk(scopes) {
		s := scopes[scope]
		for _, name := range names(s) {
			t, there := found[name]
			if !there {
				t = Target{Scopes: ByAudience{Internal: []string{}, External: []string{}}, Resource: resources[name]}
			}
			t.Features = append(t.Features, s.Feature)
			if slices.Contains(s.Audiences, internal) {
				t.Scopes.Internal = append(t.Scopes.Internal, scope)
			}
			if slices.Contains(s.Audiences, external) {
				t.Scopes.External = append(t.Scopes.External, scope)
			}
			found[name] = t
		}
	}
	for name, t := range found {
		slices.Sort(t.Features)
		t.Features = slices.Compact(t.Features)
		found[name] = t
	}
	return found
}

// byRisk are the names of all scopes, from the least risk to the most, then none; equals by name.
func byRisk(scopes map[string]Scope) []string {
	names := make([]string, 0, len(scopes))
	for name := range scopes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(scopes[a].Risk), rank(scopes[b].Risk)), cmp.Compare(a, b))
	})
	return names
}

func rank(risk string) int {
	if i := slices.Index(risks, risk); i >= 0 {
		return i
	}
	return len(risks)
}
