#!/bin/sh
# Makes the secrets of a deployment, a file each, where they do not exist yet: eng/deploy-secrets.sh [DIR] (deploy/secrets).
# Connection strings name the servers as deploy/compose.yaml and deploy/kubernetes call them; write your own before for servers of yours.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-$root/deploy/secrets}
umask 077
mkdir -p "$dir"
random() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
# Writes the second argument into the file of the first, unless it is there.
make() { [ -s "$dir/$1" ] || printf %s "$2" > "$dir/$1"; }

make server-password "$(random 16)"
make PERFPLATFORM_SECRET "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
make PERFPLATFORM_ADMIN_PASSWORD "$(random 12)"
make PERFPLATFORM_API_KEY "pp_deploy_$(random 20)"
password=$(cat "$dir/server-password")
make ConnectionStrings__metrics "Host=metrics;Username=perfplatform;Password=$password;Database=perfplatform"
make ConnectionStrings__redis "redis:6379,password=$password"
make ConnectionStrings__rabbitmq "amqp://perfplatform:$password@rabbitmq:5672"
# Containers run as users of their own: they may read, nobody else on this machine gets into the folder.
chmod 700 "$dir"
chmod 644 "$dir"/*
echo "the secrets are in $dir; the administrator's password is in PERFPLATFORM_ADMIN_PASSWORD"
