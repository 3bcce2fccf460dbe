#!/usr/bin/env bash
# Builds release and prints one JSON object a line (metric, value, unit, floor, ratio, goal, met):
#   scripts/bench.sh kernel [folder]     the folder should lie on the disk that matters
# WEIJIAN_BENCH_UNITS   size of the large registry (default 1,000,000)
# WEIJIAN_BENCH_FOLDER  a folder that keeps the large registry for the next run
set -euo pipefail
cd "$(dirname "$0")/.."
[ "${1:-}" = kernel ] || { echo "usage: scripts/bench.sh kernel [folder]" >&2; exit 2; }
folder=${2:-$PWD/build}
scripts/setup.sh --serve >&2
for target in weijian kernel_bench rules_bench; do
    scripts/build.sh release "$target" >&2
done
build/release/bench/rules_bench
build/release/bench/kernel_bench build/release/bin/weijian "$folder"
# What the sign-in page loads: its entry, what that imports, and the look.
bytes=$(grep -o '/[^" ]*\.js' web/dist/sign-in.html | sort -u | sed 's#^#web/dist#; s#$#.gz#' | xargs cat | wc -c)
awk -v b="$bytes" 'BEGIN { printf "{\"metric\": \"sign_in_javascript\", \"value\": %.1f, \"unit\": \"KiB gzipped\", \"floor\": null, \"ratio\": null, \"goal\": 100, \"met\": %s}\n", b / 1024, (b / 1024 <= 100 ? "true" : "false") }'
