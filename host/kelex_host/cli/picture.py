"""Pictures that a command saves: matplotlib without a screen, and its sentences where there is none, or no file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kelex_host.errors import ConfigError


def drawing() -> Any:
    """`matplotlib.pyplot`, which draws to files alone. Raises ConfigError."""
    try:
        import matplotlib
    except ImportError:
        raise ConfigError("To draw, Kelex needs matplotlib; install it with `pip install 'kelex[cries]'`.") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot


def save(figure: Any, output: Path) -> None:
    """Write it to a file whose name says in what format, and be done with it. Raises ConfigError."""
    try:
        figure.savefig(output, dpi=120)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"The picture cannot be written to {output} ({why}); name another file.") from None
    finally:
        drawing().close(figure)
