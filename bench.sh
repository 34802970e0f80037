#!/bin/bash
# Measures and prints tables: ./bench.sh [ingest|query|storage|series|chaos|soak|upgrade|analysis|micro] [OPTION ...]; JSON goes to artifacts/bench/.
# ingest, query and storage compare with VictoriaMetrics and Prometheus in the same run; --servers standalone leaves them out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/places.sh"
unset PERFPLATFORM_DATA
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ $# -gt 0 ] || set -- ingest
"$root/eng/fetch-servers.sh" "$PERFPLATFORM_SERVERS"
rivals=true
case "$*" in
  micro* | series* | chaos* | soak* | upgrade* | analysis*) rivals=false ;;
  *victoria-metrics* | *prometheus*) ;;
  *--servers*) rivals=false ;;
esac
export PERFPLATFORM_RIVALS=${PERFPLATFORM_RIVALS:-$root/artifacts/rivals}
! $rivals || "$root/eng/fetch-rivals.sh" "$PERFPLATFORM_RIVALS"
mkdir -p "$root/artifacts/bench"
echo "bench: building"
dotnet build "$root/tests/PerfPlatform.Benchmarks" -c Release -v q -p:RunAnalyzers=false > "$root/artifacts/bench/build.log" 2>&1 || {
  grep -E "error" "$root/artifacts/bench/build.log" | sort -u | head -n 20 >&2; exit 1; }
cd "$root"
exec dotnet tests/PerfPlatform.Benchmarks/bin/Release/net10.0/PerfPlatform.Benchmarks.dll "$@"
