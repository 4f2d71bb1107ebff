package owners

import rego.v1

warn contains message if {
	input.kind in {"Namespace", "Deployment", "StatefulSet"}
	not input.metadata.labels["northwind.example/team"]
	message := sprintf("%s %s: name the team in a label", [input.kind, input.metadata.name])
}
