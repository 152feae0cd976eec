# METADATA
# title: Research
# description: Reports are read, and published, by agents that act for a person.
package features.research

# METADATA
# title: Read reports
scopes["research:read"] := {"tools": {"read_report": {"resource": {"type": "report", "from": "/report"}}}}

# METADATA
# title: Publish reports
scopes["research:publish"] := {"tools": {"publish_report": {"resource": {"type": "report", "from": "/report"}}}, "risk": "high"}

# METADATA
# title: Hand work on
# description: Let another agent do a part of the work, with less than one may oneself.
scopes["research:delegate"] := {"tools": {"ask_researcher": {"resource": {"type": "report", "from": "/report"}}}}
