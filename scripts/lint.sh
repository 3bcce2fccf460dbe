#!/usr/bin/env bash
# What a reviewer should not have to say: layers, sizes, formatting of the tree, words that must not
# stand in it. Each rule counts as one test.
set -uo pipefail
shopt -s lastpipe  # `rule` counts in this shell although it stands behind a pipe
cd "$(dirname "$0")/.."
passed=0 failed=0

# rule SENTENCE: standard input lists the offences.
rule() {
    local offences
    offences=$(cat)
    if [ -z "$offences" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf '%s\n%s\n\n' "$1" "$offences" | head -n 40
    fi
}

includes() { grep -rnE "^#include \"($2)/" "src/$1" --include='*.h' --include='*.cpp' 2>/dev/null; }

includes base 'storage|http|kernel|engines|server' | rule "base knows no other layer:"
includes storage 'http|kernel|engines|server' | rule "storage knows base alone:"
includes http 'storage|kernel|engines|server' | rule "http knows base alone:"
includes kernel 'engines|server' | rule "The kernel knows no engine and no server:"
includes engines 'server' | rule "Engines do not know the server:"
for engine in src/engines/*/; do
    name=$(basename "$engine")
    grep -rnE '^#include "engines/' "$engine" 2>/dev/null | grep -v "engines/$name/"
done | rule "Engines do not include each other:"
grep -rlE '#include <(boost/beast|boost/asio|libpq|sqlite3|pango|cairo)' src --include='*.h' | grep -v '_inside\.h$' |
    grep -vE 'src/(storage/(sqlite|postgres)|http)/' | rule "Libraries that stay in one folder's sources:"
grep -rniE '\b(inspection|penalty|complaint|hospital|supervis(ed|or|ion))\b' src/base src/storage src/http \
    --include='*.h' --include='*.cpp' | grep -v _test.cpp | rule "base, storage and http know no business word:"
grep -rnE '\b(strcpy|sprintf|gets|popen)\(|std::system\(' src --include='*.cpp' --include='*.h' |
    rule "Functions that overflow or run a shell:"
grep -rnE 'json::value\{[^}{]' src --include='*.cpp' --include='*.h' |
    rule "json::value{x} makes an array of one; write json::value(x):"
git ls-files 'src/*.cpp' 'src/*.h' | grep -v testdata | while read -r file; do
    [ -f "$file" ] && lines=$(wc -l <"$file") && [ "$lines" -gt 700 ] && echo "$file: $lines lines; split it where the subject changes"
done | rule "Sources over 700 lines:"
git ls-files | while read -r file; do
    [ -f "$file" ] && [ "$(stat -c %s "$file")" -gt 3000000 ] && echo "$file"
done | rule "Files over 3 MB do not belong into the repository:"
if [ -f web/package-lock.json ]; then grep -n '"resolved"' web/package-lock.json | head -n 3; fi |
    rule "The lockfile names no registry:"
for code in $(grep -rhoE 'Error\{Kind::[A-Za-z]+, "[A-Z][A-Z0-9_]+"' src --include='*.cpp' --include='*.h' \
    --exclude='*_test.cpp' --exclude-dir=testing --exclude-dir=stories |
    grep -oE '"[A-Z0-9_]+"' | tr -d '"' | sort -u); do
    for language in zh en; do
        grep -q "^$code:" "messages/$language.yaml" || echo "$code has no sentence in messages/$language.yaml"
    done
done | rule "Every error code has its sentence:"
for file in messages/zh.yaml messages/en.yaml; do
    grep -oE '^[A-Z][A-Z0-9_]+:' "$file" | sort | uniq -d | sed "s|^|$file: twice |"
done | rule "A code has one sentence:"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
