# METADATA
# title: Mail
# description: Mail in the name of the company, which stays inside once strangers' words were read.
package features.mail

# METADATA
# title: Read mail
scopes["mail:read"] := {"tools": {"read_mail": {"resource": "none"}}, "risk": "low"}

# METADATA
# title: Send mail
scopes["mail:send"] := {"tools": {"send_mail": {"resource": {"type": "mailbox", "from": "/to"}}}, "risk": "medium"}

# METADATA
# title: Nothing leaves after strangers' words were read
deny contains {"code": "tainted_session", "message": "words of strangers are in this session: mail goes to colleagues only"} if {
	input.phase == "call"
	input.action.name == "send_mail"
	input.context.facts.tainted
	not _inside
}

_inside if endswith(input.resource.id, "@acme.example")

# METADATA
# title: What strangers wrote carries no addresses
obligations contains {"type": "redact_result", "pattern": `[a-z0-9.]+@[a-z.]+`} if input.action.name == "read_mail"
