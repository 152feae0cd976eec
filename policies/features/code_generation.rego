# METADATA
# title: Code generation
# description: A coding assistant that reads and changes repositories. For developers only.
package features.code_generation

# METADATA
# title: Read code
# description: Ask about code, and read files of a repository.
scopes["code-generation:read"] := {
	"models": ["atlas-code-2026-02-01"],
	"tools": {"read_file": {"resource": {"type": "repository", "from": "/repository"}}},
	"risk": "low",
}

# METADATA
# title: Change code
# description: Write files of a repository.
scopes["code-generation:write"] := {
	"tools": {"write_file": {"resource": {"type": "repository", "from": "/repository"}}},
	"risk": "high",
}

# METADATA
# title: Developers only
# description: |
#   The groups come from the company's directory, with the subject. Who has none is no developer,
#   and is not offered the tools either.
deny contains {"code": "not_a_developer", "message": "code generation is for members of the group `developers`"} if {
	not _developer
}

_developer if "developers" in input.subject.properties.groups

# METADATA
# title: Paths stay inside the repository
# description: Otherwise the rule about protected paths could be walked around.
deny contains {"code": "path_not_plain", "message": "the path must be relative, without empty, `.` or `..` parts"} if {
	input.phase == "call"
	input.action.type == "tool"
	not _plain_path
}

_plain_path if {
	every part in split(input.args.path, "/") {
		not part in {"", ".", ".."}
		not contains(part, "\\")
	}
}

# METADATA
# title: Changes to the pipeline are a person's decision
require_approval contains {"code": "protected_path", "message": $"changes below `{prefix}` need a person's approval"} if {
	input.action.name == "write_file"
	some prefix in data.protected_paths
	startswith(input.args.path, prefix)
}
