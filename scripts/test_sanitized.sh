#!/usr/bin/env bash
# Unit tests under a sanitizer: asan (address + undefined behaviour, then 10 s of each fuzz target;
# nightly 10 minutes) or tsan (http, storage, jobs, changes: the libraries with threads).
set -uo pipefail
cd "$(dirname "$0")/.."
preset=$1
scripts/build_sanitized.sh "$preset" || exit 1

case $preset in
asan)
    scripts/test_unit.sh asan || status=1
    seconds=10
    [ -n "${WEIJIAN_NIGHTLY:-}" ] && seconds=600
    scripts/fuzz.sh "$seconds" || status=1
    ;;
tsan)
    scripts/test_unit.sh tsan || status=1
    ;;
esac
exit "${status:-0}"
