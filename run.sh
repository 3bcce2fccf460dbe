#!/usr/bin/env bash
# Sets up, builds and serves Weijian with a demo region. Runs on a bare Debian 12 as root or with sudo;
# a second start takes seconds.
#
#   ./run.sh            serve on http://localhost:8080
#   ./run.sh --build    stop after building
#
# WEIJIAN_PORT      port (8080)
# WEIJIAN_DATA      data folder (data/)
# WEIJIAN_DATABASE  postgresql://user:secret@host/database instead of the embedded database
set -euo pipefail
cd "$(dirname "$0")"

data=${WEIJIAN_DATA:-$PWD/data}
port=${WEIJIAN_PORT:-8080}
weijian=build/release/bin/weijian

scripts/setup.sh --serve
scripts/build.sh release
[ "${1:-}" = --build ] && exit 0

database=()
[ -n "${WEIJIAN_DATABASE:-}" ] && database=(--database "$WEIJIAN_DATABASE")
if [ ! -f "$data/weijian.yaml" ]; then
    "$weijian" demo --data "$data" "${database[@]}"
fi
exec "$weijian" serve --data "$data" --port "$port" --show-accounts
