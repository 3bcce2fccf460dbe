#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: scripts/with_postgres.sh COMMAND...
# WEIJIAN_TEST_DATABASE holds the address of an empty database; the server lives in a temporary folder,
# listens on a free loopback port and is gone afterwards.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
folder=$(mktemp -d /tmp/weijian-postgres-XXXXXX)
as_user=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as_user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
run() { (cd "$folder" && "${as_user[@]}" "$@"); }

port=$((20000 + RANDOM % 20000))
run "$bin/initdb" -D "$folder/data" -U weijian --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
trap 'run "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
for _ in 1 2 3 4 5; do
    if run "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
        -o "-p $port -h 127.0.0.1 -k $folder -c fsync=off -c max_connections=200" start >/dev/null; then break; fi
    port=$((20000 + RANDOM % 20000))
done
run "$bin/createdb" -h 127.0.0.1 -p "$port" -U weijian weijian
export WEIJIAN_TEST_DATABASE="postgresql://weijian@127.0.0.1:$port/weijian"
"$@"
