#!/bin/sh
# Puts PostgreSQL 17 with TimescaleDB and Redis 8 into a folder of their own: usage eng/fetch-servers.sh DIR
#
# Afterwards DIR/bin holds postgres, initdb, pg_ctl, psql, redis-server, ... Nothing else on the machine is touched and no
# root is needed. Servers that the system has already (PostgreSQL with TimescaleDB, and Redis) are only linked to.
# Otherwise the packages of Debian 13 are unpacked there and run with their own loader and libraries, so they work on older
# Debian releases too. Running it again is cheap: a finished folder carries a stamp.
set -eu

recipe=1            # raise it when the contents of the folder change: older folders are then fetched anew
release=trixie
pg=17
[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$(dirname "$1")"
target=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")

say() { echo "servers: $*"; }
fail() { echo "servers: $*" >&2; exit 1; }
. "$(dirname "$0")/debian-packages.sh"

if [ "$(cat "$target/version" 2>/dev/null || true)" = "$recipe" ] && "$target/bin/postgres" --version >/dev/null 2>&1; then
  say "ready in $target"; exit 0
fi

umask 022
new=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM
chmod 755 "$new"
mkdir "$new/bin"

# Prints the folder of a system PostgreSQL (15 or later) that has TimescaleDB.
system_postgres() {
  for b in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(dirname "$(command -v pg_ctl 2>/dev/null || echo /nowhere/x)")"; do
    [ -x "$b/postgres" ] && [ -x "$b/initdb" ] || continue
    v=$("$b/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    [ "$v" -ge 15 ] || continue
    share=$("$b/pg_config" --sharedir 2>/dev/null || echo "/usr/share/postgresql/$v")
    [ -e "$share/extension/timescaledb.control" ] && { echo "$b"; break; }
  done
  return 0
}

link_system() {
  say "using the system's own PostgreSQL in $1 and Redis"
  for f in postgres initdb pg_ctl psql pg_dump pg_restore pg_isready; do [ -x "$1/$f" ] && ln -s "$1/$f" "$new/bin/$f"; done
  for f in redis-server redis-cli; do ln -s "$(command -v $f)" "$new/bin/$f"; done
}

fetch_packages() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    fail "this needs Debian's apt-get, or PostgreSQL 15+ with TimescaleDB and Redis installed on the system, or Docker"
  say "reading the package list of Debian $release"
  packages_of "$release" "$new/.apt"
  say "downloading PostgreSQL $pg, TimescaleDB and Redis (about 40 MB) and unpacking them"
  unpack "$new/.apt" "$new" \
    postgresql-$pg postgresql-client-$pg postgresql-$pg-timescaledb redis-server redis-tools \
    libc6 libgcc-s1 libstdc++6 libatomic1 libjemalloc2 liblzf1 libpq5 libicu76 libxml2 libxslt1.1 libssl3t64 liblz4-1 libzstd1 \
    liblzma5 zlib1g libpam0g libaudit1 libcap-ng0 libcap2 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 \
    libkeyutils1 libldap2 libsasl2-2 libpcre2-8-0 libselinux1 libsystemd0 libuuid1 libxxhash0 libreadline8t64 libtinfo6
  rm -rf "$new/.apt"
}

# Keeps what runs and puts a starter beside each program: the package's own loader with the package's own libraries.
wrap_packages() {
  bin=$new/usr/lib/postgresql/$pg/bin
  libs=$(dirname "$(ls "$new"/usr/lib/*/libc.so.6)")
  loader=$(basename "$(ls "$libs"/ld-linux*.so.*)")
  triplet=$(basename "$libs")
  rm -rf "$new/etc" "$new/var" "$new/lib/systemd" "$new/usr/share/doc" "$new/usr/share/man" "$new/usr/share/locale" "$new/usr/share/lintian" \
    "$bin/../lib/bitcode" "$bin/../lib/llvmjit.so" "$libs/gconv"
  mv "$new/usr/bin/redis-check-rdb" "$bin/redis-server"      # one program under several names: it looks at its own
  mv "$new/usr/bin/redis-cli" "$bin/redis-cli"
  for f in postgres initdb pg_ctl psql pg_dump pg_restore pg_isready redis-server redis-cli; do
    mv "$bin/$f" "$bin/$f.elf"
    cat > "$bin/$f" <<STARTER
#!/bin/sh
b=\$(dirname "\$(readlink -f "\$0")"); l=\$b/../../../$triplet
exec "\$l/$loader" --library-path "\$l" --argv0 "\$b/$f" "\$b/$f.elf" "\$@"
STARTER
    chmod 755 "$bin/$f"
    ln -s "../usr/lib/postgresql/$pg/bin/$f" "$new/bin/$f"
  done
}

system=$(system_postgres)
if [ -n "$system" ] && command -v redis-server >/dev/null; then
  link_system "$system"
else
  fetch_packages
  wrap_packages
fi
"$new/bin/postgres" --version >/dev/null || fail "the fetched PostgreSQL does not start on this machine"
"$new/bin/redis-server" --version >/dev/null || fail "the fetched Redis does not start on this machine"
echo "$recipe" > "$new/version"

# The finished folder appears at once; an older one, perhaps in use, is moved aside first.
if [ -e "$target" ]; then
  rm -rf "$target.old"; mv "$target" "$target.old"
fi
mv -T "$new" "$target"
trap - EXIT
rm -rf "$target.old"
say "$("$target/bin/postgres" --version), TimescaleDB and $("$target/bin/redis-server" --version | cut -d' ' -f1-3) are in $target"
