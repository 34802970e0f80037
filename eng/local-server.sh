#!/bin/sh
# Runs one of the machine's own servers in the foreground, for the Aspire app model with Infra=local:
# eng/local-server.sh postgres|redis-server|rabbitmq-server DIR PORT; the password comes in SERVER_PASSWORD.
# Programs are taken from the folder that eng/fetch-servers.sh filled (.servers), else from PATH.
set -eu
[ $# -eq 3 ] || { echo "usage: $0 postgres|redis-server|rabbitmq-server DIR PORT" >&2; exit 2; }
kind=$1 dir=$2 port=$3
: "${SERVER_PASSWORD:?must hold the password}"
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=${PERFPLATFORM_SERVERS:-$root/.servers}/bin:$PATH:/usr/lib/rabbitmq/bin
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
command -v "$kind" >/dev/null || { echo "$kind is not installed: run eng/fetch-servers.sh .servers (PostgreSQL, Redis) or install rabbitmq-server" >&2; exit 1; }

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
      as_server initdb -D "$dir/data" -U postgres -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C.UTF-8 --no-instructions
      rm "$dir/password"
    fi
    set -- postgres -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=" \
      -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off -c jit=off -c max_wal_size=2GB -c timezone=UTC
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
    mkdir -p "$dir/home"
    [ -e "$dir/home/.erlang.cookie" ] || { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$dir/home/.erlang.cookie"; chmod 400 "$dir/home/.erlang.cookie"; }
    umask 077
    printf 'default_user = perfplatform\ndefault_pass = %s\ndisk_free_limit.absolute = 100MB\nlog.console = true\n' "$SERVER_PASSWORD" > "$dir/rabbitmq.conf"
    echo '[].' > "$dir/plugins"
    RABBITMQ_NODENAME=perfplatform-$port@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$port
    RABBITMQ_DIST_PORT=$((port + 1)) ERL_EPMD_PORT=$((port + 2)) ERL_EPMD_ADDRESS=127.0.0.1 HOME=$dir/home
    RABBITMQ_CONFIG_FILE=$dir/rabbitmq RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE=$dir/plugins
    RABBITMQ_MNESIA_BASE=$dir/mnesia RABBITMQ_LOG_BASE=$dir/log RABBITMQ_PID_FILE=$dir/pid
    export RABBITMQ_NODENAME RABBITMQ_NODE_IP_ADDRESS RABBITMQ_NODE_PORT RABBITMQ_DIST_PORT ERL_EPMD_PORT ERL_EPMD_ADDRESS HOME \
      RABBITMQ_CONFIG_FILE RABBITMQ_CONF_ENV_FILE RABBITMQ_ENABLED_PLUGINS_FILE RABBITMQ_MNESIA_BASE RABBITMQ_LOG_BASE RABBITMQ_PID_FILE
    exec /usr/lib/rabbitmq/bin/rabbitmq-server ;;
  *) echo "unknown server $kind" >&2; exit 2 ;;
esac
