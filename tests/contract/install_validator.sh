#!/bin/bash
# Install AsyncAPI's own parser, which is the contract's validator, from npm's registry into the cache.
#
#   tests/contract/install_validator.sh [--where]
#
# Prints, last, the directory that holds it: an entry of the cache (MICROPYTHON_CACHE, else XDG_CACHE_HOME/kelex, else
# ~/.cache/kelex), named after its version, so it is fetched once. With --where it only prints, and installs nothing.
set -euo pipefail

version=3.6.3

cache=$(realpath -m "${MICROPYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kelex}")
finished=$cache/asyncapi-parser-$version
if [ "${1:-}" != --where ] && [ ! -d "$finished" ]; then
    command -v npm >/dev/null || {
        echo "install_validator: there is no npm here; install it with \`apt-get install nodejs npm\`" >&2
        exit 1
    }
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/asyncapi-parser.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    npm install --prefix "$work" --ignore-scripts --no-fund --no-audit --no-package-lock --loglevel=error \
        "@asyncapi/parser@$version" >&2
    mv -T "$work" "$finished" 2>/dev/null || [ -d "$finished" ]
fi
echo "$finished"
