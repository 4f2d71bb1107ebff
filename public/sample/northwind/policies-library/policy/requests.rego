package requests

import rego.v1

deny contains message if {
	some c in input.spec.template.spec.containers
	some what in ["cpu", "memory"]
	not c.resources.requests[what]
	message := sprintf("Container %s: request %s", [c.name, what])
}
