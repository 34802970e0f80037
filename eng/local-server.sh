#!/bin/bash
# Runs one of the machine's own servers in the foreground, for the Aspire app model with Infra=local:
# eng/local-server.sh postgres|redis-server|rabbitmq-server PORT; the password comes in SERVER_PASSWORD, the user is perfplatform.
# The data are in PERFPLATFORM_APPHOST_DATA, or apphost/ in the data folder.
# RabbitMQ has three more ports: RABBITMQ_DIST_PORT, ERL_EPMD_PORT, RABBITMQ_MANAGEMENT_PORT.
# PostgreSQL and Redis come from the folder that eng/fetch-servers.sh fills, and are fetched where it is empty.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 postgres|redis-server|rabbitmq-server PORT" >&2; exit 2; }
kind=$1 port=$2
: "${SERVER_PASSWORD:?must hold the password}"
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/places.sh"
dir=${PERFPLATFORM_APPHOST_DATA:-$PERFPLATFORM_DATA/apphost}/$kind
PATH=$PERFPLATFORM_SERVERS/bin:$PATH:/usr/lib/rabbitmq/bin
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
if [ "$kind" = rabbitmq-server ]; then
  command -v "$kind" >/dev/null || { echo "rabbitmq-server is not installed: apt-get install --no-install-recommends rabbitmq-server, or start a container engine" >&2; exit 1; }
else
  # PostgreSQL and Redis start together: one of them fetches.
  mkdir -p "$(dirname "$PERFPLATFORM_SERVERS")"
  flock "$PERFPLATFORM_SERVERS.lock" "$root/eng/fetch-servers.sh" "$PERFPLATFORM_SERVERS"
fi

# PostgreSQL refuses root: then it runs as the owner of its folder.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi
}

case $kind in
  postgres)
    if [ "$(id -u)" -eq 0 ]; then chown nobody:nogroup "$dir"; fi
    if [ ! -e "$dir/data/PG_VERSION" ]; then
      umask 077
      echo "$SERVER_PASSWORD" > "$dir/password"
      if [ "$(id -u)" -eq 0 ]; then chown nobody:nogroup "$dir/password"; fi
      as_server initdb -D "$dir/data" -U perfplatform -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C.UTF-8 --no-instructions
      rm "$dir/password"
      echo "CREATE DATABASE perfplatform;" | as_server postgres --single -D "$dir/data" postgres >/dev/null
    fi
    # As Standalone sets its own.
    set -- postgres -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=" \
      -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off -c jit=off -c timezone=UTC -c max_connections=200 \
      -c shared_buffers=256MB -c max_wal_size=1GB -c wal_compression=on -c wal_level=minimal -c max_wal_senders=0
    if [ "$(id -u)" -eq 0 ]; then exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else exec "$@"; fi ;;
  redis-server)
    umask 077
    cat > "$dir/redis.conf" <<CONF
bind 127.0.0.1
port $port
dir $dir
requirepass $SERVER_PASSWORD
appendonly yes
appendfsync everysec
maxmemory 512mb
maxmemory-policy noeviction
CONF
    exec redis-server "$dir/redis.conf" --save "" ;;
  rabbitmq-server)
    : "${RABBITMQ_DIST_PORT:?}" "${ERL_EPMD_PORT:?}" "${RABBITMQ_MANAGEMENT_PORT:?}"
    mkdir -p "$dir/home"
    [ -e "$dir/home/.erlang.cookie" ] || { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$dir/home/.erlang.cookie"; chmod 400 "$dir/home/.erlang.cookie"; }
    umask 077
    cat > "$dir/rabbitmq.conf" <<CONF
default_user = perfplatform
default_pass = $SERVER_PASSWORD
management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBITMQ_MANAGEMENT_PORT
disk_free_limit.absolute = 100MB
log.console = true
CONF
    echo '[rabbitmq_management].' > "$dir/plugins"
    # The node's name is the folder's: its data are found again whatever the port is.
    export RABBITMQ_NODENAME=perfplatform@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$port" RABBITMQ_DIST_PORT \
      ERL_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1 HOME="$dir/home" RABBITMQ_CONFIG_FILE="$dir/rabbitmq" RABBITMQ_CONF_ENV_FILE=/dev/null \
      RABBITMQ_ENABLED_PLUGINS_FILE="$dir/plugins" RABBITMQ_MNESIA_BASE="$dir/mnesia" RABBITMQ_LOG_BASE="$dir/log" RABBITMQ_PID_FILE="$dir/pid" \
      ERL_CRASH_DUMP="$dir/erl_crash.dump" ERL_CRASH_DUMP_SECONDS=0
    # The port mapper would outlive the broker that started it: as a child of this script it ends with it.
    epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" &
    mapper=$!
    # The node itself ends in order and at once when it is told so. Its script must not hear the signal: it would start a second node to pass it on.
    (trap '' INT TERM; exec /usr/lib/rabbitmq/bin/rabbitmq-server) &
    broker=$!
    killer=
    # Ends in order, or after 5 s at once: its plugins take their time, and who stops an app does not wait for long. What is confirmed is on the disk.
    stop() {
      local node
      node=$(cat "$dir/pid" 2>/dev/null || echo $broker)
      kill -TERM "$node" 2>/dev/null || true
      [ -n "$killer" ] || { (trap - INT TERM; sleep 5; kill -KILL "$node" 2>/dev/null) & killer=$!; }
    }
    trap stop INT TERM
    status=0
    # wait returns early when a trap runs.
    while kill -0 $broker 2>/dev/null; do status=0; wait $broker || status=$?; done
    kill $mapper $killer 2>/dev/null || true
    exit $status ;;
  *) echo "unknown server $kind" >&2; exit 2 ;;
esac
