package network

import rego.v1

deny contains message if {
	input.kind == "Service"
	input.spec.type == "LoadBalancer"
	not input.metadata.annotations["northwind.example/public-because"]
	message := sprintf("Service %s: say why it is public, or use the ingress", [input.metadata.name])
}
