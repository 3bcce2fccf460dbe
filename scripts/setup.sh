#!/usr/bin/env bash
# Installs what a bare Debian 12 machine lacks: packages of scripts/packages.txt and the web packages
# of the committed lockfile. Safe to run again; says what it does.
#
#   scripts/setup.sh            everything
#   scripts/setup.sh --serve    without what only tests need
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        echo "setup: '$*' needs root. Run as root or install sudo." >&2
        exit 1
    fi
}

wanted() {
    local serve_only=$1
    awk -v serve="$serve_only" '/^# tests/ && serve { exit } /^[a-z0-9]/ { print $1 }' scripts/packages.txt
}

install_packages() {
    local missing=() package
    # A node that did not come from Debian serves as well.
    for package in $(wanted "$1"); do
        case $package in
            nodejs) command -v node >/dev/null && continue ;;
            npm) command -v npm >/dev/null && continue ;;
        esac
        dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    echo "setup: installing ${#missing[@]} packages: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_web() {
    [ -f web/package-lock.json ] || return 0
    local stamp=web/node_modules/.installed
    [ -f "$stamp" ] && [ "$stamp" -nt web/package-lock.json ] && return
    echo "setup: installing the web packages"
    (cd web && npm ci --no-audit --no-fund --loglevel=error)
    touch "$stamp"
}

serve_only=
[ "${1:-}" = --serve ] && serve_only=1
install_packages "$serve_only"
install_web
use_node
