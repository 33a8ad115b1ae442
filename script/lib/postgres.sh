# A throw-away PostgreSQL cluster for tests, as root (through the postgres account) or as anybody.
# Sourced after common.sh:  pg_start  sets LUBAN_TEST_PG;  pg_stop  ends and removes it.
# By itself:  script/lib/postgres.sh COMMAND…  runs the command with a cluster around it.

pg_dir=

pg_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

pg_as() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

pg_start() {
	local bin port
	bin=$(pg_bin)
	[ -n "$bin" ] || { say "PostgreSQL is not installed"; return 1; }
	pg_dir=$(mktemp -d "${TMPDIR:-/tmp}/luban-pg.XXXXXX")
	[ "$(id -u)" != 0 ] || chown postgres "$pg_dir"
	port=$(node tests/lib/port.js)
	pg_as "$bin/initdb" -D "$pg_dir/data" -U luban --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
		--no-sync >/dev/null || return 1
	pg_as tee -a "$pg_dir/data/postgresql.conf" >/dev/null <<-END
		listen_addresses = '127.0.0.1'
		port = $port
		unix_socket_directories = ''
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		max_connections = 200
		log_min_messages = fatal
	END
	pg_as "$bin/pg_ctl" -D "$pg_dir/data" -l "$pg_dir/log" -w -s start || return 1
	export LUBAN_TEST_PG=postgresql://luban@127.0.0.1:$port/postgres
}

pg_stop() {
	[ -n "$pg_dir" ] || return 0
	pg_as "$(pg_bin)/pg_ctl" -D "$pg_dir/data" -m immediate -s stop || true
	rm -rf "$pg_dir"
	pg_dir=
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	. "$(dirname "$0")/common.sh"
	trap pg_stop EXIT
	pg_start
	"$@"
fi
