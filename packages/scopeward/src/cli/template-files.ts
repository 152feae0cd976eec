/** What of the template depends on where it goes. */
export interface TemplateOptions {
  /** Name of the configuration file. */
  readonly configuration: string;
  readonly workflow: boolean;
  /** Of scopeward, for the workflow. */
  readonly version: string;
}

/** The files of a small project: path, with forward slashes, to text. */
export function templateFiles(options: TemplateOptions): Readonly<Record<string, string>> {
  return {
    [options.configuration]: configuration,
    "policies/features/notes.rego": feature,
    "policies/features/notes_test.rego": featureTest,
    "policies/notes/data.json": data,
    "policies/schemas/tools/search_notes.json": searchSchema,
    "policies/schemas/tools/write_note.json": writeSchema,
    "request.json": request,
    ...(options.workflow ? { ".github/workflows/scopeward.yml": workflow(options.version) } : {}),
  };
}

// The type alone is imported, so that the file works before `scopeward` is installed beside it.
const configuration = `import type { Configuration } from "scopeward";

export default {
  policies: "policies",
} satisfies Configuration;
`;

const feature = `# METADATA
# title: Notes
# description: An assistant that searches a team's notes, and writes them where the key says so.
package features.notes

# METADATA
# title: Search notes
# description: Find notes by their words.
scopes["notes:read"] := {
	"tools": {"search_notes": {"resource": "none"}},
	"audiences": ["internal", "external"],
	"risk": "low",
}

# METADATA
# title: Write notes
# description: Add a note. For internal keys only, as no audience is named.
scopes["notes:write"] := {
	"tools": {"write_note": {"resource": "none"}},
	"risk": "medium",
}

# METADATA
# title: Notes stay short
deny contains {"code": "note_too_long", "message": $"a note holds at most {data.notes.longest} characters"} if {
	input.phase == "call"
	input.action.name == "write_note"
	not _short_enough
}

_short_enough if count(input.args.text) <= data.notes.longest
`;

const featureTest = `package features.notes_test

test_a_key_with_the_scope_searches if {
	data.scopeward.decision.effect == "allow" with input as _search
}

test_a_key_without_the_scope_does_not_search if {
	decision := data.scopeward.decision with input as object.union(_search, {"key": {"scopes": []}})
	decision.effect == "deny"
	decision.missing_scopes == ["notes:read"]
}

test_a_short_note_is_written if {
	data.scopeward.decision.effect == "allow" with input as _write("a short note")
}

test_a_long_note_is_refused if {
	decision := data.scopeward.decision with input as _write("a note that is too long")
		with data.notes.longest as 20
	decision.effect == "deny"
	{reason.code | some reason in decision.reasons} == {"note_too_long"}
}

_search := {
	"phase": "call",
	"subject": {"type": "user", "id": "ada"},
	"key": {"id": "000000000001", "audience": "internal", "scopes": ["notes:read"]},
	"action": {"type": "tool", "name": "search_notes"},
	"args": {"words": "launch"},
	"context": {"time": "2026-01-31T12:00:00Z"},
}

_write(text) := object.union(_search, {
	"key": {"scopes": ["notes:write"]},
	"action": {"name": "write_note"},
	"args": {"text": text},
})
`;

const data = `{
  "longest": 2000
}
`;

const searchSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["words"],
  "properties": { "words": { "type": "string" } }
}
`;

const writeSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["text"],
  "properties": { "text": { "type": "string" } }
}
`;

const request = `{
  "phase": "call",
  "subject": { "type": "user", "id": "ada" },
  "key": { "id": "000000000001", "audience": "internal", "scopes": ["notes:read"] },
  "action": { "type": "tool", "name": "search_notes" },
  "args": { "words": "launch" },
  "context": { "time": "2026-01-31T12:00:00Z" }
}
`;

function workflow(version: string): string {
  return `name: policies

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  policies:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npx --yes scopeward@${version} check --format github
      - run: npx --yes scopeward@${version} fmt --check
      - run: npx --yes scopeward@${version} test --format github
`;
}
