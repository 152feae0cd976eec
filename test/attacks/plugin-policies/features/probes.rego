# METADATA
# title: Probes
# description: One tool for each kind of plugin, and one for none.
package features.probes

# METADATA
# title: Use the probes
scopes["probes:use"] := {"tools": {
	"plain": {"resource": "none"},
	"judged": {"resource": "none"},
	"prepared": {"resource": "none"},
	"stamped": {"resource": "none"},
	"located": {"resource": {"type": "place", "from": "probe"}},
	"asked": {"resource": "none"},
}}

# METADATA
# title: What the builtin finds risky
deny contains {"code": "too_risky"} if {
	input.phase == "call"
	input.action.name == "judged"
	probe.risk(input.args.text) > 5
}

# METADATA
# title: What a person decides
require_approval contains {"code": "ask_a_person"} if {
	input.phase == "call"
	input.action.name == "asked"
}

obligations contains {"type": "prepare"} if input.action.name == "prepared"

obligations contains {"type": "stamp"} if input.action.name == "stamped"
