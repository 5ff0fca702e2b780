"""The trees as the firmware reads them (see `kelex_drone/hearing/trees.py`), and the module that carries them."""

from __future__ import annotations

import struct
from typing import Any

_HEAD = '''"""The trees that tell an infant's cry: the output of `kelex cries train`; change nothing by hand.

Trained on recordings of the donateacry-corpus (its cleaned and updated part; Open Database License 1.0, contents under
the Database Contents License 1.0) and on recordings of Debian packages, which `kelex cries collect` fetches.
"""

# The opinion, in 256ths of the odds' logarithm, that raises the alarm; so far below it doubt begins; of eight parts,
# how many a new judgement weighs.
THRESHOLD = {threshold}
RELEASE = {release}
ATTACK = {attack}
# fmt: off
TREES = (
{lines}
)
'''
# Chosen on three folds of the part that is not held back, parted by infant and by tongue (1.6 false alarms an hour of
# mixed household sound, 1.1 of speech); see `_HEAD` for what they mean.
THRESHOLD, RELEASE, ATTACK = 420, 900, 4
_LINE_BYTES = 96
_LEAF = 128
_SIGN = 32768
LEAVES_MOST = 100


def encode(model: Any) -> bytes:
    """A LightGBM model as the firmware's table."""
    trees = [tree["tree_structure"] for tree in model.dump_model()["tree_info"]]
    trees = [tree for tree in trees if "split_feature" in tree]  # one without a fork says nothing
    return struct.pack("<HH", len(trees), _SIGN) + b"".join(_tree(tree) for tree in trees)


def _tree(root: dict[str, Any]) -> bytes:
    forks: list[dict[str, Any]] = []
    leaves: list[int] = []

    def number(node: dict[str, Any]) -> None:
        if "split_feature" in node:
            node["at"] = len(forks)
            forks.append(node)
            number(node["left_child"])
            number(node["right_child"])
        else:
            node["at"] = _LEAF + len(leaves)
            leaves.append(round(node["leaf_value"] * 256))

    number(root)
    assert len(leaves) <= LEAVES_MOST, "a leaf's number has seven bits"
    data = bytes([len(forks)])
    for fork in forks:
        up_to = min(max(int(fork["threshold"] // 1), 0), 65535)
        data += struct.pack("<BHBB", fork["split_feature"], up_to, fork["left_child"]["at"], fork["right_child"]["at"])
    return data + struct.pack(f"<{len(leaves)}H", *[leaf + _SIGN for leaf in leaves])


def module(table: bytes, *, threshold: int = THRESHOLD, release: int = RELEASE, attack: int = ATTACK) -> str:
    """The source of `cry_table.py`."""
    rows = [table[i : i + _LINE_BYTES] for i in range(0, len(table), _LINE_BYTES)]
    lines = "\n".join(f"    {_literal(row)}" for row in rows)
    return _HEAD.format(threshold=threshold, release=release, attack=attack, lines=lines)


def _literal(data: bytes) -> str:
    """A bytes literal that every Python reads the same."""
    return 'b"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'
