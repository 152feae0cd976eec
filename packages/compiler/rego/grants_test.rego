package scopeward_test

test_a_grant_covers[name] if {
	some name, pair in _covered
	data.scopeward.covers(pair[0], pair[1])
}

_covered := {
	"itself": ["a:b", "a:b"],
	"a single segment": ["a", "a"],
	"one segment": ["a:*", "a:b"],
	"one segment in the middle": ["a:*:c", "a:b:c"],
	"the first segment": ["*:b", "a:b"],
	"the rest": ["a:**", "a:b"],
	"a longer rest": ["a:**", "a:b:c"],
	"all of one segment": ["**", "a"],
	"all of several": ["**", "a:b:c"],
	"itself with a wildcard": ["a:*", "a:*"],
	"itself with a rest": ["a:**", "a:**"],
	"all of all": ["**", "**"],
	"a narrower wildcard": ["a:**", "a:*"],
	"a later rest": ["a:**", "a:b:**"],
	"a rest after one segment": ["*:**", "a:**"],
	"digits and hyphens": ["a-1:*", "a-1:0--"],
}

test_a_grant_does_not_cover[name] if {
	some name, pair in _not_covered
	not data.scopeward.covers(pair[0], pair[1])
}

_not_covered := {
	"another scope": ["a:b", "a:c"],
	"less than one segment": ["a:*", "a"],
	"more than one segment": ["a:*", "a:b:c"],
	"no rest": ["a:**", "a"],
	"a wider wildcard": ["a:b", "a:*"],
	"a wider rest": ["a:*", "a:**"],
	"an earlier rest": ["a:b:**", "a:**"],
	"a rest for one segment": ["a:*:c", "a:**"],
	"a rest that may be shorter": ["*:*:**", "a:**"],
	"an empty grant": ["", "a"],
	"an empty scope": ["**", ""],
	"an empty segment": ["a:**", "a:"],
	"upper case": ["**", "A"],
	"a leading hyphen": ["**", "-a"],
	"part of a segment": ["a*", "ab"],
	"a star in a segment": ["**", "a*"],
	"a rest in the middle": ["a:**:c", "a:b:c"],
	"a rest in the middle, twice": ["a:**:c", "a:**:c"],
	"malformed alike": ["a b", "a b"],
	"other letters": ["**", "ä"],
	"a line's end": ["**", "a\n"],
	"no text on the left": [["a"], "a"],
	"no text on the right": ["**", 1],
}
