#!/bin/bash
# Install Home Assistant for the tests, from PyPI, in a Python 3.13 environment of its own, into the cache.
#
#   tests/homeassistant/install.sh [--where]
#
# Prints, last, the directory that holds it: an entry of the cache (MICROPYTHON_CACHE, else XDG_CACHE_HOME/kelex, else
# ~/.cache/kelex), named after the packages in it, so it is made once. With --where it only prints, and installs nothing.
set -euo pipefail

# Home Assistant, and what its own mqtt, recorder, http, frontend, history and backup ask for (their manifests).
packages=(homeassistant==2025.4.4 paho-mqtt==2.1.0 SQLAlchemy==2.0.39 fnv-hash-fast==1.4.0
    psutil-home-assistant==0.0.1 home-assistant-frontend==20250411.0 Pillow==11.1.0 cronsim==2.6 securetar==2025.2.1)
python=3.13

cache=$(realpath -m "${MICROPYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kelex}")
finished=$cache/homeassistant-$(printf '%s\n' "$python" "${packages[@]}" | sha256sum | cut -c 1-16)

# uv's own search stops at a shim of pyenv that leads nowhere here: try pyenv's versions too.
make_environment() {
    uv venv --quiet --python "$python" "$1" 2>/dev/null && return
    local found
    for found in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$python".*/bin/python; do
        [ -x "$found" ] && uv venv --quiet --python "$found" "$1" && return
    done
    echo "install: there is no Python $python here; install it, for example with \`uv python install $python\`" >&2
    return 1
}

if [ "${1:-}" != --where ] && [ ! -d "$finished" ]; then
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/homeassistant.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    make_environment "$work/venv"
    uv pip install --quiet --python "$work/venv/bin/python" "${packages[@]}" >&2
    # Moved afterwards: so the programs in it are started by `python -m`, never by their own first line.
    mv -T "$work" "$finished" 2>/dev/null || [ -d "$finished" ]
fi
echo "$finished"
