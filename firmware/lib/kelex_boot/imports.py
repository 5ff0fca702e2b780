"""Importing a slot's version: what the UF2 has of it runs from there, where it takes no heap, the rest from the slot.

MicroPython looks for all modules of a package in one folder. So each is asked for by itself, at the moment when it is
first imported, with its package's folder set to the place where that one module is.
"""

import builtins
import sys

FROZEN = ".frozen"


def prepare(folder, files):
    """Have the version in `folder` be the one that is imported.

    `files` are the version's paths, and whether the UF2 has that very file. Where it has any, all are imported now.
    """
    sys.path.insert(0, folder)
    if not any(files.values()):
        return
    places = {dotted(path): FROZEN if is_frozen else folder for path, is_frozen in files.items()}
    imported = builtins.__import__

    def importer(name, *others):
        # Without a function of its own for what is asked for: the stack has room for a few imports in each other only.
        asked = [name]
        if len(others) > 2 and others[2]:
            asked += [name + "." + each for each in others[2]]
        for each in asked:
            if each in places and each not in sys.modules:
                package = each[: max(each.rfind("."), 0)]
                if package:
                    sys.modules[package].__path__ = places[each] + "/" + package.replace(".", "/")
                else:
                    sys.path[0] = places[each]
                imported(each)
        return imported(name, *others)

    builtins.__import__ = importer
    try:
        for name in in_order(places):
            importer(name)
    finally:
        builtins.__import__ = imported
        sys.path[0] = folder


def dotted(path):
    """The name of the module in a file: `kelex_drone/drivers/pir.mpy` is `kelex_drone.drivers.pir`."""
    name = path[: path.rfind(".")].replace("/", ".")
    return name[: -len(".__init__")] if name.endswith(".__init__") else name


def in_order(names):
    """The packages first, for whose folders it goes; then the deepest modules, which the others import."""
    packages = {name[: max(name.rfind("."), 0)] for name in names} - {""}
    modules = set(names) - packages
    return sorted(packages) + sorted(modules, key=lambda name: (-name.count("."), name))
