package network_test

import data.network
import rego.v1

test_reason_opens_the_door if {
	count(network.deny) == 0 with input as {
		"kind": "Service",
		"metadata": {"name": "ftp", "annotations": {"northwind.example/public-because": "carriers send files"}},
		"spec": {"type": "LoadBalancer"},
	}
}
