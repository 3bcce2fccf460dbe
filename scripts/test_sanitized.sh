#!/usr/bin/env bash
# Unit tests under a sanitizer: asan (address + undefined behaviour, then 10 s of each fuzz target;
# nightly 10 minutes) or tsan (http, storage, jobs, changes: the libraries with threads).
set -uo pipefail
cd "$(dirname "$0")/.."
preset=$1
[ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" || exit 1

case $preset in
asan)
    # The libraries that read what comes from outside, and those with memory of their own. identity,
    # records and imports are run without sanitizers so far.
    targets=(base_test geo_test sheets_test storage_test http_test rules_test definitions_test changes_test jobs_test)
    NINJA_STATUS='build: [%f/%t, %es] ' cmake --build --preset asan --target "${targets[@]}" fuzzers || exit 1
    scripts/test_unit.sh asan || status=1
    seconds=10
    [ -n "${WEIJIAN_NIGHTLY:-}" ] && seconds=600
    scripts/fuzz.sh "$seconds" || status=1
    ;;
tsan)
    targets=(http_test storage_test changes_test jobs_test)
    existing=()
    for target in "${targets[@]}"; do
        ninja -C build/tsan -t query "$target" >/dev/null 2>&1 && existing+=("$target")
    done
    NINJA_STATUS='build: [%f/%t, %es] ' cmake --build --preset tsan --target "${existing[@]}" || exit 1
    programs=()
    for target in "${existing[@]}"; do programs+=("$(find build/tsan -name "$target" -type f)"); done
    scripts/run_gtests.sh "${programs[@]}" || status=1
    ;;
esac
exit "${status:-0}"
