package requests_test

import data.requests
import rego.v1

test_both_are_needed if {
	count(requests.deny) == 1 with input as {"spec": {"template": {"spec": {"containers": [{
		"name": "app",
		"resources": {"requests": {"cpu": "50m"}},
	}]}}}}
}
