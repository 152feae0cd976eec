# METADATA
# title: Approvals
# description: |
#   Who may say yes or no where a rule asks a person. The answer is a call like any other: its arguments
#   are the question. That nobody answers their own call is Scopeward's own rule.
package features.approvals

# METADATA
# title: Answer questions
# description: Approve or deny calls that wait for a person.
scopes["approvals:answer"] := {
	"tools": {"answer_approval": {"resource": {"type": "approval", "from": "/approval"}}},
	"risk": "critical",
}

# METADATA
# title: Only people answer
deny contains {"code": "not_a_person", "message": "only a person may answer"} if input.subject.type != "user"
