# The one question the platform asks: may this principal do this action to this
# thing? The answer is {allow, rule, missing, filter?, limit?}; `foreign` becomes 404.
package stoa

# What is known of the action: who it is for (face) and which role and scope it needs.
spec := data.actions[input.action]

default decision := {"allow": false, "rule": "undecided", "missing": []}

# METADATA
# entrypoint: true
decision := deny("malformed_input", []) if {
	not well_formed
} else := deny("unknown_action", []) if {
	not spec
} else := service_decision if {
	spec.face == "service"
} else := tool_decision if {
	spec.face == "tool"
} else := deny("kind", ["kind:user"]) if {
	not is_identity
} else := admin_decision if {
	input.principal.platform_admin
} else := deny_lacking(missing_platform_role) if {
	spec.face == "platform"
} else := tenant_decision if {
	spec.face == "tenant"
} else := consumer_decision if {
	spec.face == "consumer"
} else := portal_decision if {
	spec.face == "portal"
}
