#!/bin/bash
# The servers as containers, where they cannot be fetched as packages: usage eng/docker-servers.sh start|stop DATA
# `start` prints the two connection strings as shell assignments. The containers' data is in volumes named after the data folder.
set -euo pipefail
data=$2
name=perfplatform-$(printf %s "$data" | cksum | cut -d' ' -f1)

case $1 in
start)
  mkdir -p "$data/secrets"
  chmod 700 "$data/secrets"
  secret=$data/secrets/docker
  [ -s "$secret" ] || (umask 077; od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$secret")
  password=$(cat "$secret")
  docker rm -f "$name-metrics" "$name-redis" >/dev/null 2>&1 || true
  docker run -d --name "$name-metrics" -p 127.0.0.1::5432 -v "$name-metrics:/var/lib/postgresql/data" \
    -e POSTGRES_USER=perfplatform -e POSTGRES_DB=perfplatform -e POSTGRES_PASSWORD="$password" -e TIMESCALEDB_TELEMETRY=off \
    timescale/timescaledb:2.22.1-pg17 >&2
  docker run -d --name "$name-redis" -p 127.0.0.1::6379 -v "$name-redis:/data" \
    redis:8 redis-server --appendonly yes --requirepass "$password" >&2
  for _ in $(seq 120); do
    docker exec "$name-metrics" pg_isready -q -h 127.0.0.1 -U perfplatform && break
    sleep 0.5
  done
  echo "ConnectionStrings__metrics='Host=127.0.0.1;Port=$(docker port "$name-metrics" 5432 | sed 's/.*://;q');Username=perfplatform;Password=$password;Database=perfplatform'"
  echo "ConnectionStrings__redis='127.0.0.1:$(docker port "$name-redis" 6379 | sed 's/.*://;q'),password=$password,abortConnect=false'"
  ;;
stop) docker stop -t 60 "$name-metrics" "$name-redis" >/dev/null 2>&1 || true ;;
*) echo "usage: $0 start|stop DATA" >&2; exit 2 ;;
esac
