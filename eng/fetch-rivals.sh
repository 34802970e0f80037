#!/bin/sh
# Puts the newest VictoriaMetrics and Prometheus of Debian into a folder of their own, for ./bench.sh: usage eng/fetch-rivals.sh DIR
#
# Afterwards DIR/usr/bin holds victoria-metrics and prometheus, and DIR/versions says which they are. They are downloaded through this
# machine's own apt sources, unpacked, and never installed; no root is needed. A finished folder is kept: delete it for newer ones.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$(dirname "$1")"
target=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)

say() { echo "rivals: $*"; }
fail() { echo "rivals: $*" >&2; exit 1; }
. "$here/debian-packages.sh"

[ ! -e "$target/versions" ] || { say "ready in $target: $(tr '\n' ' ' < "$target/versions")"; exit 0; }
new=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM

# The newest release whose programs start on this machine.
for release in sid testing stable; do
  rm -rf "$new" && mkdir "$new"
  say "reading the package list of Debian $release"
  ( packages_of "$release" "$new/.apt" && unpack "$new/.apt" "$new" victoria-metrics prometheus ) || continue
  for d in "$new"/.apt/*.deb; do dpkg-deb --show --showformat '${Package} ${Version}\n' "$d"; done > "$new/versions"
  rm -rf "$new/.apt" "$new/etc" "$new/var" "$new/lib" "$new/usr/share" "$new/usr/lib"
  "$new/usr/bin/victoria-metrics" --version >/dev/null 2>&1 && "$new/usr/bin/prometheus" --version >/dev/null 2>&1 || continue
  rm -rf "$target"
  mv -T "$new" "$target"
  trap - EXIT
  say "$(tr '\n' ' ' < "$target/versions")in $target"
  exit 0
done
fail "no release of Debian has programs that start on this machine"
