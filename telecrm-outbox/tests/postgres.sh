#!/usr/bin/env bash
# Runs the tests of the feature `postgres` against a private cluster on a free port.
# Usage: postgres.sh [COMMAND…], by default the tests of this crate.
set -euo pipefail
cd "$(dirname "$0")/../.."

find_bin() {
    command -v "$1" || ls /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -1
}
if [ -z "$(find_bin initdb)" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
fi
initdb=$(find_bin initdb)
pg_ctl=$(find_bin pg_ctl)
[ -n "$initdb" ] && [ -n "$pg_ctl" ] || { echo "no PostgreSQL here, and none can be installed"; exit 1; }

directory=$(mktemp -d)
# PostgreSQL does not run as root.
as_user() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    chown postgres "$directory"
    as_user() { (cd "$directory" && setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups "$@"); }
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() {
    as_user "$pg_ctl" -D "$directory/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$directory"
}
trap stop EXIT
as_user "$initdb" -D "$directory/data" -U postgres -A trust >/dev/null
as_user "$pg_ctl" -D "$directory/data" -w -l "$directory/log" \
    -o "-p $port -k $directory -c listen_addresses=127.0.0.1 -c fsync=off" start >/dev/null

export TELECRM_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
if [ $# = 0 ]; then
    set -- cargo test --locked -p telecrm-outbox --features postgres
fi
"$@"
