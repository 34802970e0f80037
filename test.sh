#!/bin/bash
# Installs what the tests need, builds everything and runs every test with real servers: ./test.sh [PROJECT ...]
# The last line is "N passed, N failed, N skipped"; exit 0 only when nothing failed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
. eng/places.sh
unset PERFPLATFORM_DATA PERFPLATFORM_HTTP_PORT PERFPLATFORM_API_KEY PERFPLATFORM_SECRET
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
limit=900            # seconds for one test project
results=$root/artifacts/tests

say() { echo "test: $*"; }
fail() { echo "test: $*" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
# Runs a step and says how long it took; its output is shown only when it fails.
step() {
  local title=$1 log=$results/$2.log started=$SECONDS
  shift 2
  say "$title"
  "$@" > "$log" 2>&1 || { grep -E "error|warning" "$log" | sort -u | head -n 40; tail -n 5 "$log"; fail "failed: $title (all of its output is in $log)"; }
  say "$title: $((SECONDS - started)) s"
}

install_packages() {
  local missing=()
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  command -v chromium >/dev/null || missing+=(chromium)
  [ -x /usr/bin/prometheus ] || missing+=(prometheus)
  [ -x /usr/bin/prometheus-node-exporter ] || missing+=(prometheus-node-exporter)
  # write_http needs the two libraries, which the package only recommends.
  [ -x /usr/sbin/collectd ] && ! ldd /usr/lib/collectd/write_http.so | grep 'not found' >/dev/null || missing+=(collectd-core libyajl2 libcurl3-gnutls)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "install ${missing[*]}: the tests need them"
  [ "$(id -u)" -eq 0 ] || fail "an administrator must install what is missing: apt-get install --no-install-recommends ${missing[*]}"
  # The services must not start: the tests run their own.
  local policy=/usr/sbin/policy-rc.d made=false
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy; made=true
  fi
  step "installing ${missing[*]}" apt sh -c "apt-get -q update && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q install -y --no-install-recommends ${missing[*]}"
  ! $made || rm -f $policy
}

# Reads one count of the xUnit report $1: the attribute $2, summed over the assemblies.
count() { grep -o "<assembly [^>]*" "$1" 2>/dev/null | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }

# Runs the test project $1 under a hard limit and adds to the sums.
run_project() {
  local name=$1 program=tests/$1/bin/Release/net10.0/$1.dll report=$results/$1.xml started=$SECONDS status=0
  rm -f "$report"
  say "$name"
  timeout -k 30 $limit dotnet "$program" -noLogo -noColor -result-xml "$report" || status=$?
  local p f e s
  p=$(count "$report" passed); f=$(count "$report" failed); e=$(count "$report" errors); s=$(count "$report" skipped)
  if [ $status -eq 124 ] || [ $status -eq 137 ]; then
    say "$name did not end within $limit s"; f=$((f + 1))
  elif [ $((p + f + s)) -eq 0 ]; then
    say "$name ran no test (exit code $status)"; f=$((f + 1))
  elif [ $status -ne 0 ] && [ $((f + e)) -eq 0 ]; then
    say "$name crashed (exit code $status)"; f=$((f + 1))
  fi
  f=$((f + e))
  # What failed comes again at the end, below all that the product logged.
  failures+=$(grep -oE '<test [^>]*result="Fail"[^>]*>(<[^>]*>)*[^<]{0,300}' "$report" 2>/dev/null | sed -E 's/.* name="([^"]*)"[^>]*>(<[^>]*>)*(.*)/test:   \1: \3/')
  passed=$((passed + p)); failed=$((failed + f)); skipped=$((skipped + s))
  say "$name: $p passed, $f failed, $s skipped, $((SECONDS - started)) s"
}

mkdir -p "$results"
command -v dotnet >/dev/null || fail "dotnet is missing: install the .NET SDK 10 (https://dot.net)"
command -v npm >/dev/null || fail "npm is missing: install Node 20 or later (https://nodejs.org)"
install_packages
eng/fetch-servers.sh "$PERFPLATFORM_SERVERS" || fail "the servers are missing"
step "restoring packages" restore dotnet restore PerfPlatform.sln -v q
step "building, warnings are errors" build dotnet build PerfPlatform.sln -c Release --no-restore --no-incremental -v q

passed=0 failed=0 skipped=0 failures=
# A wrong format is one failure, and no reason not to see the others.
say "checking the format"
if ! dotnet format PerfPlatform.sln --no-restore --verify-no-changes > "$results/format.log" 2>&1; then
  grep -E "error|warning" "$results/format.log" | sort -u | head -n 20
  say "the format is wrong: dotnet format puts it right (all of its output is in $results/format.log)"
  failed=1
fi
for project in tests/*.Tests; do
  name=$(basename "$project")
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  run_project "$name"
done
[ -z "$failures" ] || printf 'test: what failed:\n%s\n' "$failures"
say "$((SECONDS / 60)) min $((SECONDS % 60)) s in all"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
