# Who may call a tool: by role in its tenant, or by a subscription that grants it.
# To everybody else it does not exist. A role has a limit of its own; a subscription
# has its plan's, which the gateway knows.
package stoa

tool_decision := deny("foreign", []) if {
	not asked_of_no_tool
	not by_platform_role
	not by_tenant_role
	not by_subscription
} else := deny("kind", ["kind:user"]) if {
	asked_of_no_tool
	not is_identity
} else := lacking if {
	lacking := deny_lacking([])
} else := allow_list("platform_admin", "all") if {
	asked_of_no_tool
	input.principal.platform_admin
} else := allow_list("tool", {"tenants": sort(member_tenants)}) if {
	# What subscriptions grant comes on top.
	asked_of_no_tool
} else := allow_limited("platform_admin", data.rate_limits_per_minute[data.platform_role]) if {
	by_platform_role
} else := allow_limited("tenant_role", max(limits_in_tenant)) if {
	by_tenant_role
} else := allow("subscription") if {
	by_subscription
}

asked_of_no_tool if input.resource == {}

by_platform_role if {
	is_identity
	input.principal.platform_admin
}

by_tenant_role if {
	is_identity
	in_member_tenant
}

# The one way for an API key: whatever else its holder is, it opens what was subscribed to.
by_subscription if {
	may_subscribe
	is_string(input.resource.tenant_id)
	input.resource.granted == true
}

may_subscribe if is_identity

may_subscribe if input.principal.kind == "apiKey"

limits_in_tenant := [data.rate_limits_per_minute[role] |
	some role in input.principal.grants[input.resource.tenant_id]
	role in data.roles
]
