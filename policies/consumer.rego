# What people do with their own applications and subscriptions, and what everybody
# signed in may see.
package stoa

consumer_decision := tenant_decision if {
	# The provider's side of a thing that a consumer owns.
	spec.role
	in_member_tenant
	not is_owner
} else := deny("kind", array.concat(["kind:user"], missing_scope)) if {
	not is_user
} else := deny("foreign", []) if {
	not is_list
	not is_owner
} else := deny("foreign", []) if {
	spec.to_visible
	not is_list
	not is_visible
} else := lacking if {
	lacking := deny_lacking([])
} else := allow_list("consumer", "own") if {
	is_list
} else := allow("owner")

portal_decision := deny("foreign", []) if {
	not is_list
	not is_visible
} else := lacking if {
	lacking := deny_lacking([])
} else := allow_list("portal", {"tenants": sort(member_tenants)}) if {
	is_list
} else := allow("portal")
