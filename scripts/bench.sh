#!/usr/bin/env bash
# Builds release and prints one JSON object a line (metric, value, unit, floor, ratio, goal, met):
#   scripts/bench.sh kernel [folder]     the folder should lie on the disk that matters
# WEIJIAN_BENCH_UNITS sets the size of the large registry (default 1,000,000).
set -euo pipefail
cd "$(dirname "$0")/.."
[ "${1:-}" = kernel ] || { echo "usage: scripts/bench.sh kernel [folder]" >&2; exit 2; }
folder=${2:-$PWD/build}
for target in weijian kernel_bench storage_floor rules_bench; do
    scripts/build.sh release "$target" >&2
done
build/release/bench/rules_bench
build/release/bench/kernel_bench build/release/bin/weijian "$folder"
bytes=$(cat web/dist/assets/signin*.js.gz web/dist/assets/sign-in*.js.gz 2>/dev/null | wc -c)
awk -v b="$bytes" 'BEGIN { if (b > 0) printf "{\"metric\": \"sign_in_javascript\", \"value\": %.1f, \"unit\": \"KiB gzipped\", \"floor\": null, \"ratio\": null, \"goal\": 100, \"met\": %s}\n", b / 1024, (b / 1024 <= 100 ? "true" : "false") }'
