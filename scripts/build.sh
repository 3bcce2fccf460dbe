#!/usr/bin/env bash
# Builds the server and the web pages: scripts/build.sh [preset] (default release). Progress on one line.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh
use_node
preset=${1:-release}

build_web() {
    [ -f web/package.json ] || return 0
    local stamp=web/dist/.built
    if [ -f "$stamp" ] && [ -z "$(find web systems/*/pages -newer "$stamp" -type f \
        -not -path 'web/node_modules/*' -not -path 'web/dist/*' -print -quit 2>/dev/null)" ]; then
        return
    fi
    echo "build: web pages"
    (cd web && npm run --silent build)
    touch "$stamp"
}

configured=build/$preset/build.ninja
if [ ! -f "$configured" ]; then
    echo "build: configuring ($preset)"
    cmake --preset "$preset" >"/tmp/weijian-configure.$$" 2>&1 || { cat "/tmp/weijian-configure.$$"; exit 1; }
    rm -f "/tmp/weijian-configure.$$"
fi
echo "build: server ($preset)"
NINJA_STATUS='build: [%f/%t, %es] ' cmake --build --preset "$preset" --target "${2:-weijian}"
build_web
