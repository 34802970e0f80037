#!/bin/bash
# Runs the Aspire dashboard (traces, logs and metrics of the services): usage eng/dashboard.sh SERVERS
# It comes from the npm package of the Aspire CLI into SERVERS/aspire. OTLP/gRPC on 14317,
# OTLP/HTTP on 14318, pages on 18888, unless DASHBOARD_GRPC_PORT, DASHBOARD_HTTP_PORT and DASHBOARD_PORT say otherwise.
set -euo pipefail
version=13.5.4
case "$(uname -sm)" in
  "Linux x86_64") platform=linux-x64 ;;
  "Linux aarch64") platform=linux-arm64 ;;
  *) echo "dashboard: there is no Aspire CLI package for $(uname -sm)" >&2; exit 1 ;;
esac
home=$1/aspire
program=$home/node_modules/@microsoft/aspire-cli-$platform
if [ ! -e "$home/version" ] || [ "$(cat "$home/version")" != "$version" ]; then
  command -v npm >/dev/null || { echo "dashboard: npm is missing: install Node" >&2; exit 1; }
  echo "dashboard: fetching the Aspire dashboard $version (about 100 MB)"
  rm -rf "$home"
  mkdir -p "$home/home"
  npm install --silent --no-fund --no-audit --no-save --prefix "$home" "@microsoft/aspire-cli-$platform@$version"
  echo "$version" > "$home/version"
fi
export HOME=$home/home DOTNET_CLI_TELEMETRY_OPTOUT=1 ASPIRE_CLI_TELEMETRY_OPTOUT=1
exec "$(find "$program" -type f -name aspire -perm -u+x | head -n 1)" dashboard run --allow-anonymous --non-interactive --nologo \
  --frontend-url http://localhost:${DASHBOARD_PORT:-18888} --otlp-grpc-url http://localhost:${DASHBOARD_GRPC_PORT:-14317} --otlp-http-url http://localhost:${DASHBOARD_HTTP_PORT:-14318}
