# METADATA
# title: Data retrieval
# description: |
#   Read-only questions against analytics datasets. Which ones is up to the key: its constraint
#   `dataset` lists them.
package features.data_retrieval

# METADATA
# title: Read rows
# description: Run a read-only query against a dataset named on the key.
scopes["data-retrieval:read"] := {
	"tools": {
		"sql_query": {"resource": {"type": "dataset", "from": "/dataset"}},
		"list_datasets": {"resource": "none"},
	},
	"audiences": ["internal", "external"],
	"requires": ["dataset"],
	"risk": "low",
}

# METADATA
# title: Only reviewed datasets leave the company
deny contains {"code": "dataset_not_reviewed", "message": $"dataset {input.resource.id} is not reviewed for external keys"} if {
	input.phase == "call"
	input.action.name == "sql_query"
	input.key.audience == "external"
	not _reviewed
}

# A dataset is reviewed when somebody has written down which of its fields are personal.
_reviewed if _personal_fields

_personal_fields := data.reviewed_datasets[input.resource.id].redact

# METADATA
# title: Large exports are a person's decision
require_approval contains {"code": "large_export", "message": "more than 10,000 rows need a person's approval"} if {
	input.args.limit > 10000
}

# METADATA
# title: Personal fields stay inside
# description: The enforcer removes them from the rows before an external key sees these.
obligations contains {"type": "redact_result", "fields": _personal_fields} if {
	input.action.name == "sql_query"
	input.key.audience == "external"
}

# METADATA
# title: A query without a limit gets one
args := object.union(input.args, {"limit": 1000}) if {
	input.phase == "call"
	input.action.name == "sql_query"
	not _limited
}

_limited if input.args.limit > 0
