"""The crystals of a running house: saved, verified and restored beside its work, in a thread of their own."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from kelex_host.bridge.now import Now
from kelex_host.config import Settings, file_of
from kelex_host.config.reading import SECRETS_FILE
from kelex_host.config.secrets import read_secrets
from kelex_host.errors import CrystalError, KelexError
from kelex_host.memory.crystal import save, verify
from kelex_host.memory.crystal_file import CrystalFile
from kelex_host.memory.restoring import prepare
from kelex_host.shells.enrolment import key_to_sign_with
from kelex_host.shells.runtime import Runtime
from kelex_host.shells.safe_file import make_private

FOLDER = "crystals"


class CrystalMaker:
    """`runtime` is set before the house is asked anything. A restored memory is taken at the next start."""

    runtime: Runtime

    def __init__(self, settings: Settings, home: Path) -> None:
        self._settings = settings
        self._home = home
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, action: str, file: str, secret: str, done: Callable[[int | KelexError], None]) -> None:
        """Begin it in a thread (see household.keeping.Crystals)."""
        if self._tasks:
            raise_later: int | KelexError = CrystalError("A crystal is being made or read already; wait for its end.")
            asyncio.get_running_loop().call_soon(lambda: self.runtime.happened(lambda now: done(raise_later)))
            return

        async def work() -> None:
            came: int | KelexError
            try:
                came = await asyncio.to_thread(self._do, action, self._home / FOLDER / file, secret)
            except KelexError as error:
                came = error
            except OSError as error:
                came = CrystalError(f"The crystal '{file}' cannot be used ({error.strerror}); mend that.")
            self.runtime.happened(lambda now: done(came))

        task = asyncio.create_task(work(), name="the crystal")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _do(self, action: str, path: Path, secret: str) -> int:
        secrets = read_secrets(self._home / SECRETS_FILE, os.environ)
        passphrase = str(secrets.revealed(f"!secret {secret}"))
        if action == "save":
            make_private(path.parent)
            elders = [one.id for role in ("owner", "adult") for one in self._settings.member if one.role == role]
            signer, saved_at = key_to_sign_with(self._home, elders), Now(0.0, time.time()).stamp()
            settings_file = file_of(None)
            return save(
                path,
                self._home,
                passphrase,
                signer,
                saved_at=saved_at,
                kelex=version("kelex"),
                settings_file=settings_file,
            ).facts
        crystal = CrystalFile(path)
        try:
            if action == "verify":
                return verify(crystal, passphrase).facts
            return prepare(self._home, crystal, passphrase).facts
        finally:
            crystal.close()
