#!/bin/bash
# Builds the services' container images with the .NET SDK, without a Dockerfile: eng/images.sh [VERSION] (latest).
# They go to the local container engine, or to the registry in REGISTRY (registry.example.com/, registry.example.com/team/). The base image is Microsoft's for ASP.NET.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=${1:-latest}
registry=${REGISTRY:+${REGISTRY%/}/}
# The SDK takes a host alone: what follows it belongs to the image's name.
team=${registry#*/}
for project in services/PerfPlatform.{Ingestion,Analysis,Alerting,Reports} web/PerfPlatform.Web; do
  name=${project##*.}
  arguments=(-t:PublishContainer -c Release -v q "-p:ContainerRepository=${team}perfplatform/${name,,}" "-p:ContainerImageTag=$version")
  [ -z "$registry" ] || arguments+=("-p:ContainerRegistry=${registry%%/*}")
  dotnet publish "$root/$project" "${arguments[@]}"
done
