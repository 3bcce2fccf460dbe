#!/usr/bin/env bash
# Runs every fuzz target of the asan build for some seconds: scripts/fuzz.sh [seconds] (default 10).
# Two at a time. A crash leaves its input in build/fuzz/NAME/.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
passed=0 failed=0

run() {
    local program=$1 name folder
    name=$(basename "$program")
    folder=build/fuzz/$name
    mkdir -p "$folder/corpus"
    "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=0 \
        -artifact_prefix="$folder/" "$folder/corpus" >"$folder/log" 2>&1
}

mapfile -t programs < <(find build/asan -name '*_fuzz' -type f -perm -u+x | sort)
while [ ${#programs[@]} -gt 0 ]; do
    batch=("${programs[@]:0:2}")
    programs=("${programs[@]:2}")
    pids=()
    for program in "${batch[@]}"; do run "$program" & pids+=($!); done
    for index in "${!pids[@]}"; do
        if wait "${pids[$index]}"; then passed=$((passed + 1)); else
            failed=$((failed + 1))
            tail -n 40 "build/fuzz/$(basename "${batch[$index]}")/log"
        fi
    done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
