#!/usr/bin/env bash
# The pages: types, then vitest (with the rule language's case file and generated pairs), then the size
# of what the sign-in page loads.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh
use_node
cd web
passed=0 failed=0

count() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; }

count npm run --silent build
output=$(mktemp)
NO_COLOR=1 npx vitest run >"$output" 2>&1 || failed=$((failed + 1))
cat "$output"
read -r p f < <(awk '/^ *Tests / { for (i = 2; i < NF; i++) { if ($(i + 1) == "passed") p = $i; if ($(i + 1) == "failed") f = $i } }
    END { print p + 0, f + 0 }' "$output")
rm -f "$output"
[ "$f" = 0 ] || failed=$((failed - 1))  # the failed run is counted by its tests
echo "$((passed + p)) passed, $((failed + f)) failed"
[ $((failed + f)) = 0 ]
