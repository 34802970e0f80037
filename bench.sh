#!/bin/bash
# Measures and prints tables: ./bench.sh [ingest|query|storage|latency|micro] [OPTION ...]; JSON goes to artifacts/bench/.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/places.sh"
unset PERFPLATFORM_DATA
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 UseAspire=${UseAspire:-false}
"$root/eng/fetch-servers.sh" "$PERFPLATFORM_SERVERS"
mkdir -p "$root/artifacts/bench"
echo "bench: building"
for project in services/PerfPlatform.Standalone tests/PerfPlatform.Benchmarks; do
  dotnet build "$root/$project" -c Release -v q -p:RunAnalyzers=false > "$root/artifacts/bench/build.log" 2>&1 || {
    grep -E "error" "$root/artifacts/bench/build.log" | sort -u | head -n 20 >&2; exit 1; }
done
cd "$root"
exec dotnet tests/PerfPlatform.Benchmarks/bin/Release/net10.0/PerfPlatform.Benchmarks.dll "${@:-ingest}"
