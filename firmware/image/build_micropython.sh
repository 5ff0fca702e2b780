#!/bin/bash
# Build MicroPython for Kelex from Debian source packages alone: the Pico's UF2, mpy-cross and the Unix port.
#
#   firmware/image/build_micropython.sh [OUTDIR]
#
# Prints, last, the directory that then holds firmware.uf2, mpy-cross and micropython: an entry of the cache
# (MICROPYTHON_CACHE, else XDG_CACHE_HOME/kelex, else ~/.cache/kelex), or OUTDIR with copies of them. The entry's name
# is a hash of this script and of the manifests beside it, so an unchanged tree builds once. About two minutes.
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cache=$(realpath -m "${MICROPYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kelex}")
sources=$cache/sources
key=$(cd "$here" && sha256sum build_micropython.sh ./*.py | sha256sum | cut -c1-16)
finished=$cache/micropython-$key

# Path under the mirror's pool, and its SHA-256. A version can leave the archive, hence `sources` in the cache.
packages="
m/micropython/micropython_1.26.1+ds.orig.tar.xz f5ad2ec89d3e921f753d448955af98b6005655f84ba26087dde6ba0e8d062f34
p/pico-sdk/pico-sdk_2.1.1.orig.tar.gz 179c5531e75ac7f82d0679e70b6e8881f871738dc0ef17baf3b4ff4679291c41
t/tinyusb/tinyusb-source_0.18.0+dfsg-1_all.deb 01ce2c645df68f14a8a7dcfc8fb355713152543757955820479a87949a61154e
m/mbedtls/mbedtls_3.6.6.orig.tar.bz2 8fb65fae8dcae5840f793c0a334860a411f884cc537ea290ce1c52bb64ca007a
"

die() {
    echo "$(basename "$0" .sh): $*" >&2
    exit 1
}

hand_over() {
    if [ -n "$1" ]; then
        mkdir -p "$1"
        cp "$finished"/* "$1"
        realpath "$1"
    else
        echo "$finished"
    fi
}

check_tools() {
    local missing=() tool libstdcxx
    while read -r tool package; do
        command -v "$tool" >/dev/null || missing+=("$package")
    done <<'TOOLS'
arm-none-eabi-gcc gcc-arm-none-eabi
cmake cmake
make make
gcc gcc
g++ g++
python3 python3
xz xz-utils
bzip2 bzip2
dpkg-deb dpkg
TOOLS
    # The compiler packages do not bring their C libraries; without them cmake fails a page of text later.
    [ -d /usr/lib/arm-none-eabi/newlib ] || missing+=(libnewlib-arm-none-eabi)
    libstdcxx=$(arm-none-eabi-g++ -print-file-name=libstdc++.a 2>/dev/null || echo libstdc++.a)
    [ -e "$libstdcxx" ] || missing+=(libstdc++-arm-none-eabi-newlib)
    [ ${#missing[@]} -eq 0 ] ||
        die "tools are missing; this mends it: sudo apt-get install --no-install-recommends ${missing[*]}"
}

# Every mirror apt is configured with, whichever file and format it is written in, Debian's own first.
mirrors() {
    {
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main'
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages'
    } 2>/dev/null | awk '!seen[$0]++'
}

# Fetch one source into the cache, through apt so that its proxies, credentials and transports hold.
fetch() {
    local path=$1 sha256=$2 file=$sources/${1##*/} mirror error errors=""
    if [ -s "$file" ] && echo "$sha256  $file" | sha256sum --check --status; then
        return
    fi
    for mirror in $(mirrors); do
        if error=$(/usr/lib/apt/apt-helper download-file "${mirror}pool/main/$path" "$file.part" \
            "SHA256:$sha256" 2>&1); then
            mv "$file.part" "$file"
            return
        fi
        rm -f "$file".part*
        # Not there is what most mirrors rightly say; anything else is the reason worth telling.
        errors+=$(grep '^E: Failed' <<<"$error" | grep -v '404  Not Found' || true)
    done
    [ -n "$errors" ] || errors="the archive that apt is configured with no longer has it"
    die "no ${path##*/}: it is not in $sources, and $errors."
}

# Have every source in the cache.
fetch_all() {
    local path sha256
    mkdir -p "$sources"
    while read -r path sha256; do
        [ -z "$path" ] || fetch "$path" "$sha256"
    done <<<"$packages"
}

# Lay the packages out in `tree`, inside `work`, as MicroPython's git submodules would be.
unpack() {
    mkdir "$tree"
    tar xf "$sources"/micropython_*.orig.tar.xz -C "$tree" --strip-components=1
    rmdir "$tree"/lib/{pico-sdk,tinyusb,mbedtls}
    mkdir "$tree"/lib/{pico-sdk,mbedtls}
    tar xf "$sources"/pico-sdk_*.orig.tar.gz -C "$tree/lib/pico-sdk" --strip-components=1
    tar xf "$sources"/mbedtls_*.orig.tar.bz2 -C "$tree/lib/mbedtls" --strip-components=1
    dpkg-deb -x "$sources"/tinyusb-source_*.deb "$work/tinyusb"
    mv "$work/tinyusb/usr/src/tinyusb" "$tree/lib/tinyusb"
    touch "$tree/lib/micropython-lib/README.md" # the build asks only whether it exists
}

compile() {
    local jobs
    jobs=$(nproc)
    export SOURCE_DATE_EPOCH=1757548800 # the release's day: fixes the date in the banner
    make -s -j"$jobs" -C "$tree/mpy-cross"
    # Kelex uses neither ssl, btree nor ffi, and Debian's source package lacks what they are built from.
    make -s -j"$jobs" -C "$tree/ports/unix" VARIANT=standard \
        FROZEN_MANIFEST="$tree/extmod/asyncio/manifest.py" \
        MICROPY_PY_SSL=0 MICROPY_SSL_MBEDTLS=0 MICROPY_SSL_AXTLS=0 MICROPY_PY_BTREE=0 MICROPY_PY_FFI=0
    cmake -S "$tree/ports/rp2" -B "$work/rp2" -DMICROPY_BOARD=RPI_PICO \
        -DMICROPY_FROZEN_MANIFEST="$here/manifest.py" -DPICO_NO_PICOTOOL=1
    make -s -j"$jobs" -C "$work/rp2" firmware
}

# The flat image as 256-byte UF2 pages of family RP2040: what picotool, not in Debian 12, would write.
write_uf2() {
    python3 - "$1" "$2" <<'PYTHON'
import struct, sys

PAGE_BYTES, FLASH_START, FAMILY_RP2040, HAS_FAMILY = 256, 0x10000000, 0xE48BFF56, 0x2000
image = open(sys.argv[1], "rb").read()
count = -(-len(image) // PAGE_BYTES)
with open(sys.argv[2], "wb") as uf2:
    for index in range(count):
        start = index * PAGE_BYTES
        uf2.write(struct.pack("<8I", 0x0A324655, 0x9E5D5157, HAS_FAMILY, FLASH_START + start, PAGE_BYTES, index,
                              count, FAMILY_RP2040))
        uf2.write(image[start : start + PAGE_BYTES].ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30))
PYTHON
}

# Run a function with its output in the log; the end of that, and the end of all, where it fails.
logged() {
    local status
    set +e # not `if ! (...)`: a condition would switch errexit off inside the subshell too
    (
        set -e
        "$@"
    ) >"$cache/build.log" 2>&1 </dev/null
    status=$?
    set -e
    if [ $status -ne 0 ]; then
        tail -n 20 "$cache/build.log" >&2
        die "the build failed; all of its output is in $cache/build.log."
    fi
}

unpack_and_compile() {
    unpack
    compile
}

# build_kelex.sh takes all this over, and goes on from here by itself.
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

if [ -x "$finished/micropython" ]; then
    hand_over "${1:-}"
    exit
fi
check_tools
fetch_all
work=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
tree=$work/micropython
echo "building MicroPython in $work, about two minutes ..." >&2
logged unpack_and_compile
mkdir "$work/finished"
write_uf2 "$work/rp2/firmware.bin" "$work/finished/firmware.uf2"
cp "$tree/mpy-cross/build/mpy-cross" "$tree/ports/unix/build-standard/micropython" "$work/finished"
# One rename makes it visible, whole; a build that finished meanwhile is as good as this one.
mv -T "$work/finished" "$finished" 2>/dev/null || [ -x "$finished/micropython" ] || die "cannot write $finished."
hand_over "${1:-}"
