#!/usr/bin/env bash
# Runs the tests of the feature `postgres` against a private cluster on a free port, and a PgBouncer in
# front of it, which also offers TLS.
# Usage: postgres.sh [COMMAND…], by default the tests of this crate.
set -euo pipefail
cd "$(dirname "$0")/../.."

find_bin() {
    command -v "$1" || ls /usr/sbin/"$1" /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -1
}
# Installs a package if its program is missing and this machine can install it.
install_for() {
    if [ -z "$(find_bin "$1")" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update -qq >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
    fi
    [ -n "$(find_bin "$1")" ] || { echo "no $2 here, and it cannot be installed"; exit 1; }
}
install_for initdb postgresql
install_for pgbouncer pgbouncer
install_for openssl openssl
initdb=$(find_bin initdb)
pg_ctl=$(find_bin pg_ctl)
pgbouncer=$(find_bin pgbouncer)

directory=$(mktemp -d)
# Neither runs as root.
as_user() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    chown postgres "$directory"
    as_user() { (cd "$directory" && exec setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups "$@"); }
fi
read -r port bouncer_port < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in sockets))')
stop() {
    [ ! -f "$directory/pgbouncer.pid" ] || kill "$(cat "$directory/pgbouncer.pid")" 2>/dev/null || true
    as_user "$pg_ctl" -D "$directory/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$directory"
}
trap stop EXIT
as_user "$initdb" -D "$directory/data" -U postgres -A trust >/dev/null
as_user "$pg_ctl" -D "$directory/data" -w -l "$directory/log" \
    -o "-p $port -k $directory -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=500" start >/dev/null

# A certificate authority, and its certificate for `localhost`.
(
    cd "$directory"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj "/CN=authority of the tests" -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=localhost" \
        -keyout server.key -out server.csr
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 2 \
        -extfile <(printf 'subjectAltName=DNS:localhost') -out server.pem
    chmod a+r ./*.key
) 2>/dev/null
cat >"$directory/pgbouncer.ini" <<INI
[databases]
* = host=127.0.0.1 port=$port user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $bouncer_port
unix_socket_dir =
pidfile = $directory/pgbouncer.pid
logfile = $directory/pgbouncer.log
auth_type = any
pool_mode = transaction
default_pool_size = 4
client_tls_sslmode = allow
client_tls_cert_file = $directory/server.pem
client_tls_key_file = $directory/server.key
INI
# Versions before 1.21 do not have the setting, and support no prepared statements.
version=$("$pgbouncer" --version | sed -n '1s/.* //p')
if [ "$(printf '%s\n' 1.21 "$version" | sort -V | head -1)" = 1.21 ]; then
    echo "max_prepared_statements = 0" >>"$directory/pgbouncer.ini"
fi
as_user "$pgbouncer" -q -d "$directory/pgbouncer.ini"

export TELECRM_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
export TELECRM_TEST_PGBOUNCER="127.0.0.1:$bouncer_port"
# The PgBouncer under the name of its certificate, and the file of the authority.
export TELECRM_TEST_TLS="localhost:$bouncer_port"
export TELECRM_TEST_CA="$directory/ca.pem"
chmod a+rx "$directory"
if [ $# = 0 ]; then
    set -- cargo test --locked -p telecrm-outbox --features postgres
fi
"$@"
