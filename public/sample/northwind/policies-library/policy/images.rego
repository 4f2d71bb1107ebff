package images

import rego.v1

allowed := ["ghcr.io/northwind/", "registry.gitlab.com/northwind/"]

containers contains c if {
	some c in input.spec.template.spec.containers
}

deny contains message if {
	some c in containers
	endswith(c.image, ":latest")
	message := sprintf("Container %s: give %s a fixed tag", [c.name, c.image])
}

deny contains message if {
	some c in containers
	not from_us(c.image)
	message := sprintf("Container %s: mirror %s into our registry", [c.name, c.image])
}

from_us(image) if {
	some prefix in allowed
	startswith(image, prefix)
}
