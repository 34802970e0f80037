#!/bin/bash
# Installs what is missing, builds, and starts PerfPlatform in one process with its own database and the agent of this machine.
#   ./run.sh [--dashboard] [--NAME=VALUE ...]      settings: see docs/api.md; Ctrl-C or SIGTERM stops it
#   ./run.sh backup FILE.backup|FOLDER             while it runs, or not; docs/operations.md tells more
#   ./run.sh restore FILE.backup [--force]         while it does not run
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/places.sh"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { echo "run: $*"; }
fail() { echo "run: $*" >&2; exit 1; }

dashboard=false
arguments=()
for argument in "$@"; do
  if [ "$argument" = --dashboard ]; then dashboard=true; else arguments+=("$argument"); fi
done

command -v dotnet >/dev/null || fail "dotnet is missing: install the .NET SDK 10 (https://dot.net)"
(cd "$root" && dotnet --version >/dev/null 2>&1) || fail "the .NET SDK is older than 10: install the .NET SDK 10 (https://dot.net)"
command -v npm >/dev/null || fail "npm is missing: install Node 20 or later (https://nodejs.org)"

# Servers: not where connection strings name others; as containers where the packages cannot be had.
docker=false
case ${1:-} in
backup | restore)
  # Whichever servers are named: their programs are needed here. The system's do too.
  "$root/eng/fetch-servers.sh" "$PERFPLATFORM_SERVERS" || unset PERFPLATFORM_SERVERS
  ;;
*)
  if [ -z "${ConnectionStrings__metrics:-}" ] || [ -z "${ConnectionStrings__redis:-}" ]; then
    if ! "$root/eng/fetch-servers.sh" "$PERFPLATFORM_SERVERS"; then
      docker info >/dev/null 2>&1 || fail "without the servers it cannot start: see the line above, or start Docker, or set ConnectionStrings__metrics and ConnectionStrings__redis"
      docker=true
    fi
  fi
  ;;
esac

# Build: only when a source is newer than the last build. Nothing of Aspire is in Standalone's graph.
program=$root/services/PerfPlatform.Standalone/bin/Release/net10.0/PerfPlatform.Standalone.dll
built=$root/artifacts/run/built
keep=false
# What is built may be running while it is backed up: it stays as it is.
[ "${1:-}" != backup ] || [ ! -e "$program" ] || keep=true
if ! $keep && { [ ! -e "$built" ] || [ ! -e "$program" ] || [ -n "$(cd "$root" && find services web PerfPlatform.ServiceDefaults Directory.*.props global.json \
    \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -type f -newer "$built" -print -quit)" ]; }; then
  say "building (the first time takes a minute or two)"
  mkdir -p "$(dirname "$built")"
  log=$root/artifacts/run/build.log
  touch "$built.new"
  if ! dotnet build "$root/services/PerfPlatform.Standalone" -c Release -v q -p:RunAnalyzers=false > "$log" 2>&1; then
    grep -E "error|warning" "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
    fail "the build failed; all of its output is in $log"
  fi
  mv "$built.new" "$built"
fi

if ! $dashboard && ! $docker; then
  exec dotnet "$program" ${arguments[@]+"${arguments[@]}"}
fi

# With companions: they end after the product does.
companion=
finish() {
  [ -z "$companion" ] || kill "$companion" 2>/dev/null || true
  ! $docker || "$root/eng/docker-servers.sh" stop "$PERFPLATFORM_DATA"
}
trap finish EXIT
if $docker; then
  say "starting the servers in Docker"
  strings=$("$root/eng/docker-servers.sh" start "$PERFPLATFORM_DATA")
  set -a; eval "$strings"; set +a
fi
if $dashboard; then
  mkdir -p "$root/artifacts/run"
  setsid "$root/eng/dashboard.sh" > "$root/artifacts/run/dashboard.log" 2>&1 &
  companion=$!
  export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:14317
  say "the Aspire dashboard opens on http://localhost:18888 (its log: artifacts/run/dashboard.log)"
fi
dotnet "$program" ${arguments[@]+"${arguments[@]}"} &
product=$!
trap 'kill -TERM "$product" 2>/dev/null || true' INT TERM
# wait returns early when a trap runs.
status=0
while kill -0 "$product" 2>/dev/null; do
  status=0
  wait "$product" || status=$?
done
exit "$status"
