#!/usr/bin/env bash
# Formats what this change touches: C++ with clang-format, pages with prettier.
#   scripts/format.sh          files that differ from HEAD
#   scripts/format.sh FILE...  these
set -euo pipefail
cd "$(dirname "$0")/.."
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git diff --name-only HEAD; git ls-files --others --exclude-standard)
for file in "${files[@]}"; do
    case $file in
        *.cpp | *.h) clang-format -i "$file" ;;
        web/*.ts | web/*.tsx | web/*.css | web/*.mjs) (cd web && npx prettier --log-level warn --write "../$file") ;;
    esac
done
