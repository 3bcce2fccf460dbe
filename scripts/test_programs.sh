#!/usr/bin/env bash
# The test programs of a folder of tests/ that cross modules: scripts/test_programs.sh tests
set -uo pipefail
cd "$(dirname "$0")/.."
mapfile -t programs < <(find "build/dev/$1" -maxdepth 1 -name '*_test' -type f -perm -u+x | sort)
exec scripts/run_gtests.sh "${programs[@]}"
