# METADATA
# title: Code
# description: Code that a model wrote runs in a sandbox that is named on the key.
package features.code

# METADATA
# title: Run code
scopes["code:run"] := {
	"tools": {"run_code": {"resource": {"type": "sandbox", "from": "/sandbox"}}},
	"requires": ["sandbox"],
	"risk": "critical",
}

# METADATA
# title: Only languages that the sandbox holds
deny contains {"code": "language_refused"} if {
	input.phase == "call"
	not _known_language
}

_known_language if input.args.language in {"python", "rego"}
