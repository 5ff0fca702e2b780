"""Groups of commands of which only the one that is typed is loaded: a client command starts in half the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

# Makes what typer runs. It has a type of its own in some versions of typer, and click's in others.
Load = Callable[[], Any]


def function(place: str, example: str, **settings: Any) -> Load:
    """A command of this package, as `module.function`."""

    def load() -> Any:
        module, _, name = place.rpartition(".")
        return command(getattr(import_module(f"kelex_host.cli.{module}"), name), example, **settings)

    return load


def group(module: str) -> Load:
    """The `app` of a module of this package."""
    return lambda: get_group(import_module(f"kelex_host.cli.{module}").app)


def command(function: Callable[..., None], example: str, **settings: Any) -> Any:
    """A function as a command."""
    app = typer.Typer(add_completion=False)
    app.command(epilog=f"Example: kelex {example}", **settings)(function)
    return get_command(app)


def lazy(loads: Mapping[str, Load]) -> type[TyperGroup]:
    """The class of a group with these commands, for `typer.Typer(cls=...)`."""

    class LazyGroup(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(loads)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name in loads and cmd_name not in self.commands:
                self.commands[cmd_name] = loads[cmd_name]()
                self.commands[cmd_name].name = cmd_name
            return self.commands.get(cmd_name)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if args and args[0] not in loads:  # which one was meant is sought among those that are loaded
                for name in loads:
                    self.get_command(ctx, name)
            return super().resolve_command(ctx, args)

    return LazyGroup
