#!/bin/bash
# Builds the services' container images with the .NET SDK, without a Dockerfile: eng/images.sh [VERSION] (latest).
# They go to the local container engine, or to the registry in REGISTRY (for example registry.example.com/). The base image is Microsoft's for ASP.NET.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=${1:-latest}
for project in services/PerfPlatform.{Ingestion,Analysis,Alerting,Reports} web/PerfPlatform.Web; do
  name=${project##*.}
  arguments=(-t:PublishContainer -c Release -v q "-p:ContainerRepository=perfplatform/${name,,}" "-p:ContainerImageTag=$version")
  [ -z "${REGISTRY:-}" ] || arguments+=("-p:ContainerRegistry=${REGISTRY%/}")
  dotnet publish "$root/$project" "${arguments[@]}"
done
