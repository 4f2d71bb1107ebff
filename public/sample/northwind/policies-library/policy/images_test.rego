package images_test

import data.images
import rego.v1

workload(image) := {"spec": {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}}}

test_fixed_tag_of_ours_passes if {
	count(images.deny) == 0 with input as workload("ghcr.io/northwind/mailer:1.0.0")
}

test_moving_tag_is_denied if {
	count(images.deny) == 1 with input as workload("ghcr.io/northwind/mailer:latest")
}

test_foreign_registry_is_denied if {
	count(images.deny) == 1 with input as workload("docker.io/library/nginx:1.27")
}
