#!/usr/bin/env bash
# Builds everything of one preset; counts as one test.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh "${1:-dev}" all
echo "1 passed, 0 failed"
