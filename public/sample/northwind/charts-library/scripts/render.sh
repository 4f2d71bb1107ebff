#!/usr/bin/env bash
# Render each chart with each set of test values and validate the result.
set -euo pipefail
for chart in charts/web-service charts/worker; do
  for values in "$chart"/ci/*-values.yaml; do
    helm template try "$chart" --values "$values" | kubeconform -strict -summary
  done
done
