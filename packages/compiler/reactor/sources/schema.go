package sources

import "strings"

// What OPA's reader of JSON Schema does not know, or takes for a constraint on the type.
var unread = map[string]bool{"$schema": true, "$id": true, "if": true, "then": true, "else": true, "not": true,
	"dependentSchemas": true, "dependentRequired": true, "unevaluatedProperties": true, "propertyNames": true, "format": true,
	"examples": true, "default": true}

// readable gives a JSON Schema as OPA's type checker is to see it: local references are put in
// place, and what is open in JSON Schema is open for OPA too. OPA closes every object that lists
// its properties; here it stays closed unless the schema itself says that there may be others.
func readable(schema any) any { return reader{root: schema}.read(schema, nil) }

type reader struct{ root any }

func (r reader) read(schema any, following []string) any {
	object, ok := schema.(map[string]any)
	if !ok {
		return map[string]any{} // true and false are schemas too; neither says anything about the type
	}
	if ref, ok := object["$ref"].(string); ok {
		target, found := r.find(ref)
		for _, before := range following {
			found = found && before != ref // a recursive schema is open where it meets itself
		}
		if !found {
			return map[string]any{}
		}
		return r.read(target, append(following, ref))
	}
	if isOpen(object) {
		return map[string]any{"type": "object"}
	}
	result := map[string]any{}
	for key, value := range object {
		switch {
		case unread[key]:
		case key == "properties":
			result[key] = r.readMembers(value, following)
		case key == "items", key == "additionalProperties" && value != false:
			result[key] = r.read(value, following)
		case key == "anyOf", key == "oneOf", key == "allOf":
			result[key] = r.readList(value, following)
		case key == "$defs", key == "definitions", key == "patternProperties", key == "prefixItems":
		default:
			result[key] = value
		}
	}
	// OPA reads anyOf only; of oneOf it would know nothing.
	if options, ok := result["oneOf"]; ok && result["anyOf"] == nil {
		result["anyOf"] = options
		delete(result, "oneOf")
	}
	return result
}

func (r reader) readMembers(value any, following []string) any {
	members, ok := value.(map[string]any)
	if !ok {
		return value
	}
	result := map[string]any{}
	for name, schema := range members {
		result[name] = r.read(schema, following)
	}
	return result
}

func (r reader) readList(value any, following []string) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	result := make([]any, len(list))
	for i, schema := range list {
		result[i] = r.read(schema, following)
	}
	return result
}

// isOpen tells whether a schema says itself that members may come which it does not name.
func isOpen(schema map[string]any) bool {
	if _, ok := schema["patternProperties"]; ok {
		return true
	}
	additional, ok := schema["additionalProperties"]
	_, names := schema["properties"]
	return ok && names && additional != false
}

// find follows a JSON pointer inside the schema; other documents are not read.
func (r reader) find(ref string) (any, bool) {
	pointer, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil, false
	}
	target := r.root
	for _, part := range strings.Split(pointer, "/")[1:] {
		object, ok := target.(map[string]any)
		if !ok {
			return nil, false
		}
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		if target, ok = object[part]; !ok {
			return nil, false
		}
	}
	return target, true
}
