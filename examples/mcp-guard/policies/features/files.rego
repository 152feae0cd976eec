# METADATA
# title: Files
# description: The tools of the filesystem server of MCP. What no scope names stays shut, such as `move_file`.
package features.files

# METADATA
# title: Read files
# description: List folders and read text.
scopes["files:read"] := {
	"tools": {
		"list_directory": {"resource": "none"},
		"read_text_file": {"resource": "none"},
	},
	"risk": "low",
}

# METADATA
# title: Write files
# description: Replace whole files.
scopes["files:write"] := {
	"tools": {"write_file": {"resource": "none"}},
	"risk": "high",
}

# METADATA
# title: Only open paths
# description: The server would serve its whole folder; `data.files.open` says which part of it is open.
deny contains {"code": "path_not_open", "message": "this path is not open to agents"} if {
	input.phase == "call"
	not _open
}

_open if {
	is_string(input.args.path)
	regex.match(data.files.open, input.args.path)
}

# METADATA
# title: Addresses stay inside
obligations contains {
	"type": "redact_result",
	"pattern": `[a-z.]+@[a-z.]+[a-z]`,
	"replacement": "(address)",
} if {
	input.action.name == "read_text_file"
}
