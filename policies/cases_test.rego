# Runs the tables of policies/cases through the policy. An expectation is written
# as text: "allow <rule>" with "of <filter>" for lists and "at <limit>" for tools, or
# "deny <rule> <missing>…".
package stoa_test

import data.stoa

all_scopes := {spec.scope | some spec in data.actions; spec.face != "service"}

principal(name) := object.union(
	{"subject": name, "platform_admin": false, "scopes": [scope | some scope in all_scopes]},
	data.cases.principals[name],
)

text(decision) := concat(" ", array.concat(
	[{true: "allow", false: "deny"}[decision.allow], decision.rule],
	array.concat(decision.missing, array.concat(filter_text(decision), limit_text(decision))),
))

default limit_text(_) := []

limit_text(decision) := ["at", format_int(decision.limit, 10)]

default filter_text(_) := []

filter_text(decision) := ["of", decision.filter] if is_string(decision.filter)

filter_text(decision) := array.concat(["of", "tenants"], decision.filter.tenants) if {
	is_object(decision.filter)
}

cases[name] := {"expected": expected, "input": question} if {
	some table, blocks in data.cases.tables
	some block in blocks
	some action in block.actions
	some who, expected in block.expect
	name := concat(" · ", [table, block.about, action, who])
	question := {"principal": principal(who), "action": action, "resource": block.resource, "now": 0}
}

test_case[name] if {
	some name, tc in cases
	answer := stoa.decision with input as tc.input
	text(answer) == tc.expected
}

# A question of another shape is never answered with yes.
test_malformed[i] if {
	some i, question in data.cases.malformed
	answer := stoa.decision with input as question
	answer == {"allow": false, "rule": "malformed_input", "missing": []}
}
