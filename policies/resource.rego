# The thing an action is done to, seen from the principal.
package stoa

names(field) if field in object.keys(input.resource)

# Nothing says which thing: the question is about a list, or about whether there
# could be such a thing at all.
is_list if {
	not names("tenant_id")
	not names("owners")
	not names("visibility")
}

in_member_tenant if input.resource.tenant_id in member_tenants

# Public things are seen by everybody signed in, but not before they are published.
is_public if {
	input.resource.visibility == "public"
	not input.resource.status == "draft"
}

is_visible if in_member_tenant

is_visible if is_public

is_owner if {
	some owner in input.resource.owners
	owner in identities
}

asked_for_it if {
	some requester in input.resource.requesters
	requester in identities
}

# By way of a program that the same person made.
asked_for_it if {
	some requester in input.resource.requesters
	requester in input.principal.aliases
}
