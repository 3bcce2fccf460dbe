#!/usr/bin/env bash
# Every library's test program of one preset.
set -uo pipefail
cd "$(dirname "$0")/.."
mapfile -t programs < <(find "build/${1:-dev}/src" -name '*_test' -type f -perm -u+x | sort)
exec scripts/run_gtests.sh "${programs[@]}"
