# METADATA
# title: The decision
# description: |
#   Answers one AccessRequest (`input`) with one Decision. The scope check comes first, through
#   `data.scopeward.catalogue`; then every feature that names the tool or model is asked, through
#   `data.scopeward.dispatch`. Of several outcomes the first in this order holds: the scope check's
#   deny, `engine:output_malformed`, `engine:args_conflict`, deny with every denial there is,
#   `require_approval`, `allow`. Each is reached by its own condition, none is a default.
# scope: package
package scopeward

# METADATA
# title: Decision
# description: |
#   `{effect, reasons, obligations, args?, missing_scopes?}`. The host has validated `input` against
#   the schema of an AccessRequest before it asks.
# scope: document
# entrypoint: true
decision := _refusal if {
	not _admitted
} else := _deny([{"code": "engine:output_malformed"}]) if {
	_malformed
} else := _deny([{"code": "engine:args_conflict"}]) if {
	not _listing
	_rewrites_conflict
} else := _deny(sort(_denials)) if {
	count(_denials) > 0
} else := {"effect": "allow", "reasons": [], "obligations": []} if {
	_listing
} else := _go_on("require_approval") if {
	count(_approvals) > 0
} else := _go_on("allow") if {
	count(_approvals) == 0
}

_deny(reasons) := {"effect": "deny", "reasons": reasons, "obligations": []}

_go_on(effect) := {
	"effect": effect,
	"reasons": sort(_approvals),
	"obligations": sort(_obligations),
} if {
	count(_rewrites) == 0
} else := {
	"effect": effect,
	"reasons": sort(_approvals),
	"obligations": sort(_obligations),
	"args": _rewritten_args,
}

# May this tool be offered? Then there are no arguments yet, and only a deny hides it.
_listing if input.phase == "list"
