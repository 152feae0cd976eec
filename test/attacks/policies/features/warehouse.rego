# METADATA
# title: Warehouse
# description: Questions in SQL. What a query reads is found in the query itself, not in what is said of it.
package features.warehouse

# METADATA
# title: Read rows
# description: Run a query that reads the datasets named on the key.
scopes["warehouse:read"] := {
	"tools": {
		"sql_query": {"resource": {"type": "dataset", "from": "sql"}},
		"list_datasets": {"resource": "none"},
	},
	"requires": ["dataset"],
	"risk": "low",
}

# METADATA
# title: Export rows
# description: Copy a dataset named on the key out of the company.
scopes["warehouse:export"] := {
	"tools": {"export_rows": {"resource": {"type": "dataset", "from": "/dataset"}}},
	"requires": ["dataset"],
	"risk": "high",
}

# METADATA
# title: Questions do not change anything
deny contains {"code": "only_reads"} if {
	input.phase == "call"
	input.action.name == "sql_query"
	not _reads_rows
}

_reads_rows if {
	input.context.facts.sql.access == "read"
	input.context.facts.sql.statements == 1
}

# METADATA
# title: Large exports are a person's decision
require_approval contains {"code": "large_export"} if {
	input.phase == "call"
	input.action.name == "export_rows"
	input.args.limit > 100
}

# METADATA
# title: An export says how much
deny contains {"code": "limit_missing"} if {
	input.phase == "call"
	input.action.name == "export_rows"
	not _limited
}

_limited if input.args.limit > 0
