#!/usr/bin/env bash
# Builds what scripts/test_sanitized.sh runs: scripts/build_sanitized.sh [asan] [tsan], both by default. asan:
# the libraries that read what comes from outside, those with memory of their own, and the fuzz targets;
# tsan: those with threads. identity, records and imports are run without sanitizers so far.
set -uo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- asan tsan
status=0
for preset in "$@"; do
    case $preset in
    asan) targets=(base_test geo_test sheets_test storage_test http_test rules_test definitions_test changes_test jobs_test fuzzers) ;;
    tsan) targets=(http_test storage_test changes_test jobs_test) ;;
    esac
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" || exit 1
    NINJA_STATUS='build: [%f/%t, %es] ' cmake --build --preset "$preset" --target "${targets[@]}" || status=1
done
exit $status
