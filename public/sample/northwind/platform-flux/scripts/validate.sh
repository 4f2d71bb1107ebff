#!/usr/bin/env bash
# Validate the objects of each cluster and each folder that kustomize can build.
set -euo pipefail

kubeconform_args=(-strict -ignore-missing-schemas -summary
  -schema-location default
  -schema-location '/tmp/flux-crd-schemas/{{.ResourceKind}}{{.KindSuffix}}.json')

find clusters -name '*.yaml' -not -path '*/flux-system/*' -print0 |
  xargs -0 kubeconform "${kubeconform_args[@]}"

find . -name kustomization.yaml -not -path '*/flux-system/*' -print0 |
  while IFS= read -r -d '' file; do
    kustomize build "$(dirname "$file")" | kubeconform "${kubeconform_args[@]}"
  done
