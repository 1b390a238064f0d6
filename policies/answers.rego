# The shapes of an answer, and what a refusal says is missing.
package stoa

allow(rule) := {"allow": true, "rule": rule, "missing": []}

allow_list(rule, filter) := object.union(allow(rule), {"filter": filter})

allow_limited(rule, limit) := object.union(allow(rule), {"limit": limit})

deny(rule, missing) := {"allow": false, "rule": rule, "missing": missing}

# Refuses for a lack of role, scope or both; undefined when nothing lacks.
deny_lacking(missing_role) := deny("role", array.concat(missing_role, missing_scope)) if {
	count(missing_role) > 0
} else := deny("scope", missing_scope) if {
	count(missing_scope) > 0
}

# Each action needs one scope, whatever the role.
default missing_scope := []

missing_scope := [concat(":", ["scope", spec.scope])] if {
	not spec.scope in input.principal.scopes
}

missing_platform_role := ["role:cpi-admin"]
