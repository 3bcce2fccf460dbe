#!/usr/bin/env bash
# Proves the two commands of a newcomer on a bare Debian 12: bootstraps one into a temporary folder, puts a
# clone in, builds, serves, asks the service how it is, and runs the layout tests. Root only; takes what
# the machine has configured for packages (sources, proxy, npm registry) and leaves nothing behind.
#
#   scripts/test_bare.sh
#
# WEIJIAN_BARE_CCACHE   a compiler cache to be used inside (default: none, as on a new machine)
# WEIJIAN_BARE_FOLDER   where the temporary root is made (default /var/tmp); needs about 6 GB
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" = 0 ] || { echo "skip: a bare Debian can only be made by root"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null; }

root=$(mktemp -d "${WEIJIAN_BARE_FOLDER:-/var/tmp}/weijian-bare-XXXXXX")
chmod 755 "$root"  # packages are fetched by a user of their own
mounts=() server=
passed=0 failed=0

clean_up() {
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    local i
    for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do umount "${mounts[i]}" || umount --lazy "${mounts[i]}"; done
    # Never through a mount that is left.
    if findmnt --raw --noheadings --output TARGET | grep -q "^$root/"; then
        echo "bare: $root still has mounts and is left"
    else
        rm -rf --one-file-system "$root"
    fi
    return 0
}
trap clean_up EXIT

attach() {
    if [ -c "$1" ]; then [ -e "$2" ] || touch "$2"; else mkdir -p "$2"; fi
    mount "${@:3}" "$1" "$2"
    mounts+=("$2")
}

# The first mirror of this machine that has Debian 12 itself.
mirror() {
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' | awk '$2 == "bookworm" { print $1; exit }'
}

make_root() {
    local proxy=
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    [ -n "$proxy" ] && export http_proxy="$proxy"
    debootstrap --variant=minbase bookworm "$root" "$(mirror)" >"$root.log" 2>&1 || { tail -n 20 "$root.log"; rm -f "$root.log"; return 1; }
    rm -f "$root.log"
    local file
    rm -f "$root/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d /usr/share/keyrings /etc/apt/trusted.gpg.d /usr/local/share/ca-certificates; do
        [ -e "$file" ] && mkdir -p "$root${file%/*}" && cp -rT "$file" "$root$file"
    done
    for file in $(grep -lE '^ *Acquire' /etc/apt/apt.conf.d/* 2>/dev/null); do cp "$file" "$root$file"; done
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    attach proc "$root/proc" -t proc && attach tmpfs "$root/dev/shm" -t tmpfs && attach devpts "$root/dev/pts" -t devpts || return 1
    for file in null zero full random urandom tty; do attach "/dev/$file" "$root/dev/$file" --bind || return 1; done
    if [ -n "${WEIJIAN_BARE_CCACHE:-}" ]; then attach "$WEIJIAN_BARE_CCACHE" "$root/root/.cache/ccache" --bind || return 1; fi
    git clone -q --no-hardlinks . "$root/weijian"
}

# A command in the clone, inside; only what tells where packages come from is taken along.
inside() {
    local name kept=()
    for name in http_proxy https_proxy no_proxy; do [ -n "${!name:-}" ] && kept+=("$name=${!name}"); done
    command -v npm >/dev/null && kept+=("npm_config_registry=$(npm config get registry)")
    if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
        cp "$NODE_EXTRA_CA_CERTS" "$root/etc/extra-ca.pem"
        kept+=(NODE_EXTRA_CA_CERTS=/etc/extra-ca.pem)
    fi
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        CCACHE_BASEDIR=/weijian CCACHE_NOHASHDIR=1 "${kept[@]}" WEIJIAN_PORT="$port" \
        chroot "$root" /bin/bash -c 'cd /weijian && exec "$@"' bash "$@"
}

proof() {
    local name=$1 start=$SECONDS
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $name ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED  $name ($((SECONDS - start)) s)"
        return 1
    fi
}

serves() {
    inside ./run.sh >"$root/serve.log" 2>&1 &
    server=$!
    local give_up=$((SECONDS + 300))
    until curl -fsS --noproxy '*' "http://127.0.0.1:$port/readyz" >/dev/null 2>&1; do
        kill -0 "$server" 2>/dev/null && [ $SECONDS -lt $give_up ] || { tail -n 20 "$root/serve.log"; return 1; }
        sleep 0.5
    done
    curl -fsS --noproxy '*' "http://127.0.0.1:$port/" | grep -q '<html' && grep -q clerk.beijing "$root/serve.log"
}

stops() {
    kill "$server" && wait "$server" || return 1
    server=
}

port=$((20000 + RANDOM % 20000))
proof "a bare Debian 12" make_root &&
    proof "./run.sh --build" inside ./run.sh --build &&
    proof "./run.sh serves the demo region" serves &&
    proof "it stops when told" stops &&
    proof "./test.sh layout" inside ./test.sh layout || true
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
