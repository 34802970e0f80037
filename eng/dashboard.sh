#!/bin/bash
# Runs the Aspire dashboard alone (traces, logs and metrics of the services), beside what the AppHost does not start: eng/dashboard.sh
# It is the one that the AppHost's packages bring. OTLP/gRPC on 14317, OTLP/HTTP on 14318, pages on 18888,
# unless DASHBOARD_GRPC_PORT, DASHBOARD_HTTP_PORT and DASHBOARD_PORT say otherwise.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case "$(uname -sm)" in
  "Linux x86_64") platform=linux-x64 ;;
  "Linux aarch64") platform=linux-arm64 ;;
  *) echo "dashboard: there is no Aspire dashboard for $(uname -sm)" >&2; exit 1 ;;
esac
version=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' "$root/Directory.Packages.props")
program=${NUGET_PACKAGES:-$HOME/.nuget/packages}/aspire.dashboard.sdk.$platform/$version/tools/Aspire.Dashboard
[ -x "$program" ] || { echo "dashboard: fetching the Aspire dashboard $version"; dotnet restore "$root/PerfPlatform.AppHost" -v q; }
export ASPNETCORE_URLS=http://localhost:${DASHBOARD_PORT:-18888} ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true DASHBOARD__API__ENABLED=true \
  ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:${DASHBOARD_GRPC_PORT:-14317} ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:${DASHBOARD_HTTP_PORT:-14318}
exec "$program"
