#!/bin/bash
# Writes the whole database into a file that pg_restore reads, while everything goes on: eng/backup.sh [FOLDER]
# Which one is said by PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE, as to any program of PostgreSQL.
# Without FOLDER the file is beside the data of the Aspire application: backups/ in PERFPLATFORM_APPHOST_DATA.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/places.sh"
folder=${1:-${PERFPLATFORM_APPHOST_DATA:-$PERFPLATFORM_DATA/apphost}/backups}
PATH=$PERFPLATFORM_SERVERS/bin:$PATH
command -v pg_dump >/dev/null || { echo "backup: pg_dump 17 is missing: eng/fetch-servers.sh $PERFPLATFORM_SERVERS fetches it" >&2; exit 1; }
umask 077
mkdir -p "$folder"
file=$folder/perfplatform-$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f "$file.part"' EXIT
pg_dump --format=custom --compress=zstd --file="$file.part"
objects=$(pg_restore --list "$file.part" | grep -vc '^;')
mv "$file.part" "$file"
echo "$objects objects, $(du -h "$file" | cut -f1): $file"
