#!/usr/bin/env bash
# Runs GoogleTest programs and prints one line "N passed, N failed[, N skipped]" for all of them.
#   scripts/run_gtests.sh PROGRAM...
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0 failed=0 skipped=0
for program in "$@"; do
    output=$(mktemp)
    start=$SECONDS
    "$program" --gtest_brief=1 >"$output" 2>&1
    status=$?
    read -r p f s < <(awk '/^\[  PASSED  \]/ { p = $4 } /^\[  FAILED  \] [0-9]+ test/ { f = $4 }
        /^\[  SKIPPED \] [0-9]+ test/ { s = $4 } END { print p + 0, f + 0, s + 0 }' "$output")
    # A crash leaves no summary.
    if [ $status != 0 ] && [ "$f" = 0 ]; then f=1; fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '%s: %s ok, %s failed, %s skipped, %s s\n' "$(basename "$program")" "$p" "$f" "$s" $((SECONDS - start))
    awk '/: Skipped$/ { getline; print "skip: " $0 }' "$output"
    [ "$f" = 0 ] || tail -c 20000 "$output"
    rm -f "$output"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
