# What is done inside a tenant, by role. Other tenants do not exist for those who
# are no members.
package stoa

tenant_decision := deny("foreign", []) if {
	names("tenant_id")
	not in_member_tenant
} else := lacking if {
	lacking := deny_lacking(missing_role)
} else := deny("own_request", missing_platform_role) if {
	spec.four_eyes
	asked_for_it
} else := allow("tenant_role") if {
	names("tenant_id")
} else := allow_list("tenant_role", {"tenants": sort(tenants_with(spec.role))})

default missing_role := []

missing_role := [concat(":", ["role", spec.role])] if not holds_role

holds_role if {
	names("tenant_id")
	input.resource.tenant_id in tenants_with(spec.role)
}

# Asked about no tenant in particular, holding it somewhere is enough.
holds_role if {
	not names("tenant_id")
	count(tenants_with(spec.role)) > 0
}
