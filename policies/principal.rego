# Who asks. Everything here is about the principal alone, or about the principal
# and one tenant.
package stoa

# Only documents of this shape are decided on; whatever else arrives is refused.
well_formed if {
	is_string(input.action)
	is_object(input.resource)
	is_string(input.principal.subject)
	input.principal.subject != ""
	is_string(input.principal.kind)
	is_boolean(input.principal.platform_admin)
	is_object(input.principal.grants)
	is_array(input.principal.scopes)
}

is_user if input.principal.kind == "user"

# A person, or a program that has an identity of its own. API keys open what was
# subscribed to and nothing else.
is_identity if input.principal.kind in {"user", "service"}

# Strength of a role: its place in data.roles, the weakest first.
rank[role] := strength if some strength, role in data.roles

# Tenants in which the principal holds the role or a stronger one.
tenants_with(role) := {tenant |
	some tenant, held in input.principal.grants
	some one in held
	rank[one] >= rank[role]
}

member_tenants := tenants_with(data.roles[0])

# What a thing's owner may be written as for it to be the principal's.
identities := {input.principal.subject} | {group |
	some tenant in member_tenants
	some role in input.principal.grants[tenant]
	role in data.roles
	group := concat("", ["group:", tenant, "/", role])
}
