package scopeward

# METADATA
# title: Whether a grant includes a scope, or another grant
# description: |
#   `*` stands for exactly one segment, a final `**` for one or more. Malformed on either side:
#   undefined, which is not true. The same rule as `covers` of `@scopeward/core`.
# scope: document
covers(grant, scope) if {
	is_string(grant)
	is_string(scope)
	narrow := split(scope, ":")
	_is_grant(narrow)

	# What includes a well-formed grant is itself well formed: each of its segments was found equal
	# to one of the other's, or is a wildcard where one may stand.
	_segments_include(split(grant, ":"), narrow)
}

_segments_include(wide, narrow) if {
	head := count(wide) - 1
	wide[head] == "**"
	count(narrow) > head
	every i, segment in array.slice(wide, 0, head) {
		_segment_includes(segment, narrow[i])
	}
}

_segments_include(wide, narrow) if {
	count(wide) == count(narrow)
	every i, segment in wide {
		_segment_includes(segment, narrow[i])
	}
}

# A `**` on the narrow side stands for several segments, which no single segment includes.
_segment_includes("*", segment) if segment != "**"

_segment_includes(segment, segment) if segment != "**"

# No regular expression: without one the compiled module leaves the whole engine out.
_is_grant(segments) if {
	last := count(segments) - 1
	_is_last_segment(segments[last])
	every segment in array.slice(segments, 0, last) {
		_is_segment(segment)
	}
}

_is_last_segment("**")

_is_last_segment(segment) if _is_segment(segment)

_is_segment("*")

_is_segment(segment) if {
	segment != ""
	not startswith(segment, "-")
	trim_left(segment, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
