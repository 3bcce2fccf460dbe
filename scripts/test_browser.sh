#!/usr/bin/env bash
# A real browser on the real server with a demo region and on a new installation: every page at 1440 and
# 390 px with axe, then the flows of web/tests/browser. Screenshots lie in build/screenshots.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh
use_node
weijian=build/dev/bin/weijian
folder=$(mktemp -d /tmp/weijian-browser-XXXXXX)
password=Browser-Test-2026
[ -f web/dist/index.html ] || (cd web && npm run --silent build) || exit 1
"$weijian" demo --data "$folder/data" --units 10000 --password "$password" --quiet >/dev/null || exit 1
"$weijian" init --data "$folder/new" --quiet >/dev/null || exit 1
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; wait "${servers[@]}" 2>/dev/null; rm -rf "$folder"' EXIT

# Serves the data folder of that name and waits until its port is known.
serve() {
    "$weijian" serve --data "$folder/$1" --port 0 --port-file "$folder/$1.port" >"$folder/$1.log" 2>&1 &
    servers+=($!)
    for _ in $(seq 100); do [ -s "$folder/$1.port" ] && return; sleep 0.1; done
}

serve data
serve new
export WEIJIAN_URL="http://127.0.0.1:$(cat "$folder/data.port")" WEIJIAN_RECORD=unit
export WEIJIAN_NEW_URL="http://127.0.0.1:$(cat "$folder/new.port")"
WEIJIAN_NEW_CODE=$(sed -n 's/.*enter the code \([^ ]*\).*/\1/p' "$folder/new.log")
export WEIJIAN_NEW_CODE
export WEIJIAN_USER=clerk.chaoyang WEIJIAN_PASSWORD=$password
export WEIJIAN_ADMIN=system.admin WEIJIAN_SECURITY=security.admin WEIJIAN_AUDITOR=audit.admin
export WEIJIAN_ADMIN_PASSWORD=$password
passed=0 failed=0
for flow in web/tests/browser/*.mjs; do
    case $flow in */browser.mjs) continue ;; esac
    output=$(cd web && timeout 300 node "tests/browser/$(basename "$flow")" 2>&1)
    status=$?
    echo "== $(basename "$flow")"
    echo "$output" | grep -v '^[0-9]* passed, '
    read -r p f < <(awk '/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3 } END { print p + 0, f + 0 }' <<<"$output")
    [ $status != 0 ] && [ "$f" = 0 ] && f=1
    passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
