#!/usr/bin/env bash
# Builds what scripts/test_sanitized.sh runs, one preset after the other: asan (the libraries that read what
# comes from outside, and those with memory of their own, and the fuzz targets), tsan (those with threads).
# identity, records and imports are run without sanitizers so far.
set -uo pipefail
cd "$(dirname "$0")/.."
status=0
for preset in "${@:-asan tsan}"; do
    for one in $preset; do
        case $one in
        asan) targets=(base_test geo_test sheets_test storage_test http_test rules_test definitions_test changes_test jobs_test fuzzers) ;;
        tsan) targets=(http_test storage_test changes_test jobs_test) ;;
        esac
        [ -f "build/$one/build.ninja" ] || cmake --preset "$one" || exit 1
        NINJA_STATUS='build: [%f/%t, %es] ' cmake --build --preset "$one" --target "${targets[@]}" || status=1
    done
done
exit $status
