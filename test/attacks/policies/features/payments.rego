# METADATA
# title: Payments
# description: Money back to customers, of which a person decides the large ones.
package features.payments

# METADATA
# title: Refund
scopes["payments:refund"] := {
	"tools": {"refund": {"resource": {"type": "order", "from": "/order"}}},
	"risk": "high",
}

# METADATA
# title: Large refunds are a person's decision
require_approval contains {"code": "large_refund"} if {
	input.phase == "call"
	not _small
}

_small if {
	is_number(input.args.amount)
	input.args.amount > 0
	input.args.amount <= data.refunds.unattended_limit
}
