# METADATA
# title: Chatbot
# description: Conversations with customers and staff, and the few things the bot may do for them.
package features.chatbot

# METADATA
# title: Customer chatbot
# description: |
#   What customers and partners reach from outside. Models are named exactly, so a new version is
#   served only after somebody has added it here.
scopes["public-llm-api"] := {
	"models": ["atlas-mini-2026-01-15"],
	"tools": {"search_help_center": {"resource": "none"}},
	"audiences": ["external"],
	"risk": "low",
}

# METADATA
# title: Staff chatbot
# description: The same bot for staff, with the larger model and refunds.
scopes["internal-chatbot"] := {
	"models": ["atlas-large-2026-02-01", "atlas-mini-2026-01-15"],
	"tools": {
		"search_help_center": {"resource": "none"},
		"refund_order": {"resource": {"type": "order", "from": "/order"}},
	},
	"audiences": ["internal"],
	"risk": "medium",
}

# METADATA
# title: Only conversations
# description: A chatbot key is not a way to embeddings, images or fine-tuning.
deny contains {"code": "operation_not_offered", "message": $"the chatbot offers `chat`, not `{input.action.name}`"} if {
	input.action.type == "model"
	input.action.name != "chat"
}

# METADATA
# title: Large refunds are a person's decision
# description: An amount that is missing, or no number, is not within the limit either.
require_approval contains {"code": "large_refund", "message": "a refund of this amount needs a person's approval"} if {
	input.phase == "call"
	input.action.name == "refund_order"
	not _refund_within_limit
}

_refund_within_limit if {
	input.args.amount > 0
	input.args.amount <= data.refunds.unattended_limit
}

# METADATA
# title: Answers have a bounded length
# description: Longer answers than the audience's limit are cut to it, rather than refused.
args := object.union(_given_args, {"max_tokens": _answer_limit}) if {
	input.phase == "call"
	input.action.type == "model"
	not _answer_bounded
}

_answer_bounded if {
	input.args.max_tokens > 0
	input.args.max_tokens <= _answer_limit
}

_answer_limit := 8192 if input.key.audience == "internal"

_answer_limit := 1024 if input.key.audience == "external"

# A model call may come without any arguments.
default _given_args := {}

_given_args := input.args
