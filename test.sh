#!/usr/bin/env bash
# Sets up and runs every test; ends with one line "N passed, N failed". Bare Debian 12, root or sudo.
#
#   ./test.sh              everything that belongs into a change's check (under 30 minutes on 2 cores)
#   ./test.sh --nightly    with the long series: 1,000 kills, 200 power failures, 10 minutes of each fuzz target,
#                          100,000 rows upgraded, and both commands on a bare Debian 12
#   ./test.sh unit web     only these suites
set -uo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8

nightly=
if [ "${1:-}" = --nightly ]; then
    nightly=1
    export WEIJIAN_NIGHTLY=1
    shift
fi
only=("$@")

scripts/setup.sh || exit 1
. scripts/node.sh
use_node
mkdir -p build/logs

passed=0 failed=0 skipped=0
minutes=()

wanted() {
    [ ${#only[@]} = 0 ] && return 0
    local name
    for name in "${only[@]}"; do [ "$name" = "$1" ] && return 0; done
    return 1
}

# suite NAME COMMAND...: runs it, keeps its output in build/logs/NAME.log, and adds up what it counted.
# A suite counts by lines "N passed, N failed[, N skipped]"; one that fails without a count counts as 1.
suite() {
    local name=$1 log=build/logs/$1.log start=$SECONDS status counts
    shift
    wanted "$name" || return 0
    printf '== %s\n' "$name"
    "$@" >"$log" 2>&1
    status=$?
    counts=$(awk '/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; if ($6 ~ /^skipped/) s += $5 }
        END { print p + 0, f + 0, s + 0 }' "$log")
    read -r p f s <<<"$counts"
    if [ $status != 0 ] && [ "$f" = 0 ]; then f=1; fi
    if [ $((p + f)) = 0 ]; then
        echo "   counted no test"
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    minutes+=("$(printf '%-10s %5.1f min  %6d passed  %d failed' "$name" \
        "$(awk -v t=$((SECONDS - start)) 'BEGIN { print t / 60 }')" "$p" "$f")")
    echo "   $p passed, $f failed${s:+, $s skipped} in $((SECONDS - start)) s"
    grep -E '^skip: ' "$log" | sort -u | sed 's/^/   /'
    if [ "$f" != 0 ]; then tail -n 60 "$log" | sed 's/^/   | /'; fi
}

suite layout  scripts/lint.sh
suite build   scripts/test_build.sh dev
# What follows leaves a core idle much of the time, so the sanitized builds go on behind it.
sanitized=
if wanted asan || wanted tsan; then
    nice -n 19 scripts/build_sanitized.sh >build/logs/sanitized.log 2>&1 &
    sanitized=$!
fi
suite unit    scripts/test_unit.sh dev
suite rules   scripts/test_programs.sh tests/rules
suite stories scripts/with_postgres.sh scripts/test_stories.sh
suite server  scripts/test_programs.sh tests
suite web     scripts/test_web.sh
suite browser scripts/test_browser.sh
[ -z "$sanitized" ] || wait "$sanitized"  # what failed in it is told by the suites
suite asan    scripts/test_sanitized.sh asan
suite tsan    scripts/test_sanitized.sh tsan
[ -n "$nightly" ] && suite bare scripts/test_bare.sh

printf '\n'
printf '%s\n' "${minutes[@]}"
printf '\n'
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ]
