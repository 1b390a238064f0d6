# The platform's own administrators and its gateways.
package stoa

admin_decision := lacking if {
	lacking := deny_lacking([])
} else := allow_list("platform_admin", "own") if {
	spec.always_own
	is_list
} else := allow_list("platform_admin", "all") if {
	is_list
} else := allow("platform_admin")

# No role reaches what belongs to gateways, not even the platform's.
service_decision := deny("kind", array.concat(["kind:service"], missing_scope)) if {
	input.principal.kind != "service"
} else := lacking if {
	lacking := deny_lacking([])
} else := allow("service")
