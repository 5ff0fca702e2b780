#!/bin/bash
# Build the UF2 with Kelex frozen inside: dragged onto a Pico in BOOTSEL mode, it makes a drone of it.
#
#   firmware/image/build_kelex.sh [OUTFILE]
#
# Prints, last, where the UF2 is: in the cache (see build_micropython.sh), or at OUTFILE. Its entry there is named after
# the content of the firmware and of this recipe, so each tree has its own, and an unchanged one builds once. The first
# build takes about a minute; the next ones, as long as the recipe is the same, freeze and link only, in some seconds.
set -euo pipefail

# shellcheck source=build_micropython.sh
source "$(dirname "$(realpath "$0")")/build_micropython.sh"
firmware=$(dirname "$here")

# The same names and sums as kelex_sim/emulated/builds.py takes.
sums() { (cd "$firmware" && find "$@" -type f ! -name '*.pyc' | LC_ALL=C sort | xargs sha256sum); }
key=$(sums image lib main.py | sha256sum | cut -c1-16)
recipe=$(sums image | sha256sum | cut -c1-16)
image=$cache/kelex-$key/kelex.uf2
# MicroPython's sources, and all that was compiled of them but for the frozen files.
work=$cache/kelex-work-$recipe
tree=$work/micropython
KEPT=10 # images of earlier contents that stay in the cache

# What is frozen, as a copy: its paths, and so all that depends on them, are the same for every checkout.
stage() {
    rm -rf "$work/firmware" "$work/rp2/frozen_mpy"
    mkdir -p "$work/firmware"
    cp -r "$firmware/image" "$firmware/lib" "$firmware/main.py" "$work/firmware"
    find "$work/firmware" -name __pycache__ -prune -exec rm -rf {} +
    # Named after a manifest like that of a slot (kelex_boot/__init__.py), of the sources.
    echo "VERSION = 0x$(cd "$work/firmware/lib" && find kelex_wire kelex_drone -type f | LC_ALL=C sort | xargs sha256sum |
        awk '{print $2 " " $1}' | sha256sum | cut -c1-8)" >"$work/firmware/kelex_frozen.py"
    (cd "$work/firmware/lib" && manifest) >>"$work/firmware/kelex_frozen.py"
}

# Each module, compiled as `kelex flash` compiles it for a board with this UF2 (kelex_host/flashing/image.py): an
# update leaves those that are the same where they are.
manifest() {
    local source
    printf 'MANIFEST = """\n'
    find kelex_wire kelex_drone -name '*.py' | LC_ALL=C sort | while read -r source; do
        "$stock/mpy-cross" -march=armv6m -s "$source" -o "$work/module.mpy" "$source"
        echo "${source%.py}.mpy $(sha256sum <"$work/module.mpy" | cut -d' ' -f1)"
    done
    printf '"""\n'
}

# In frozen tuples, mpy-tool makes an object of every whole number that would not be a small one on a 16-bit machine.
# Arithmetic with such an object takes 32 bytes of heap each time, in turns that must take none. An RP2040's small ones
# have 31 bits.
keep_integers_small() {
    sed -i 's/return -0x2000 <= i <= 0x1FFF$/return -0x40000000 <= i <= 0x3FFFFFFF/' "$tree/tools/mpy-tool.py"
    grep -q -- '-0x40000000 <= i <= 0x3FFFFFFF' "$tree/tools/mpy-tool.py"
}

# In frozen machine code, mpy-cross has constants of 32 bits between the instructions, read by their distance from the
# program counter's last word: the code has to begin at a whole word, as it does where it is loaded from a file. mpy-tool
# begins it at any half word, and then every such constant is read wrongly.
align_machine_code() {
    sed -i 's/__attribute__ ((aligned (2)))/__attribute__ ((aligned (4)))/' "$tree/tools/mpy-tool.py"
    ! grep -q 'aligned (2)' "$tree/tools/mpy-tool.py"
}

freeze_and_link() {
    export SOURCE_DATE_EPOCH=1757548800 KELEX_FIRMWARE=$work/firmware MICROPY_MPYCROSS=$stock/mpy-cross
    [ -d "$tree" ] || unpack
    keep_integers_small
    align_machine_code
    stage
    # The board's files are in the tree once and for all: were they staged, everything would be compiled anew.
    mkdir -p "$tree/ports/rp2/boards/KELEX"
    cp -u "$here"/kelex/mpconfigboard.* "$tree/ports/rp2/boards/KELEX"
    [ -f "$work/rp2/Makefile" ] || cmake -S "$tree/ports/rp2" -B "$work/rp2" -DMICROPY_BOARD=KELEX \
        -DMICROPY_FROZEN_MANIFEST="$work/firmware/image/kelex/manifest.py" -DPICO_NO_PICOTOOL=1
    make -s -j"$(nproc)" -C "$work/rp2" firmware
}

if [ ! -f "$image" ]; then
    stock=$("$here/build_micropython.sh" | tail -n 1)
    check_tools
    fetch_all
    mkdir -p "$work"
    exec 9>"$work/lock"
    flock 9 # another checkout builds from the same sources
    echo "freezing Kelex into MicroPython in $work ..." >&2
    logged freeze_and_link
    mkdir -p "$work/finished"
    write_uf2 "$work/rp2/firmware.bin" "$work/finished/kelex.uf2"
    mv -T "$work/finished" "${image%/*}" 2>/dev/null || [ -f "$image" ] || die "cannot write ${image%/*}."
    find "$cache" -maxdepth 1 -name 'kelex-????????????????' -printf '%T@ %p\n' | sort -rn | tail -n +$((KEPT + 1)) |
        cut -d' ' -f2 | xargs -r rm -rf
fi
if [ -n "${1:-}" ]; then
    cp "$image" "$1"
    image=$(realpath "$1")
fi
echo "$image"
