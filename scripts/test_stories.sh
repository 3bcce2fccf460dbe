#!/usr/bin/env bash
# The stories of every system, on SQLite (each story also inverted) and on PostgreSQL.
set -uo pipefail
cd "$(dirname "$0")/.."
weijian=build/dev/bin/weijian
passed=0 failed=0

run() {
    local output
    output=$("$weijian" check "$@" --json)
    echo "$output"
    read -r p f < <(awk '{ gsub(/[{}"]/, ""); n = split($0, parts, ","); for (i = 1; i <= n; i++) { split(parts[i], kv, ":");
        if (kv[1] == "expectations") p = kv[2]; if (kv[1] == "failed") f = kv[2] } }
        END { print p + 0, (f == "" ? 1 : f) }' <<<"$output")
    passed=$((passed + p)) failed=$((failed + f))
    [ "$f" = 0 ] || "$weijian" check "$@" --quiet
}

run systems/*/
[ -n "${WEIJIAN_TEST_DATABASE:-}" ] && run systems/*/ --no-invert --database "$WEIJIAN_TEST_DATABASE"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
