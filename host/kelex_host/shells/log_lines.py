"""What the house tells a person, as lines of JSON for a program that collects them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime


def as_json(
    tell: Callable[[str], None], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Callable[[str], None]:
    """Tell each text as one line: `time` (RFC 3339), `text`, and `about`, the drone or part that a text begins with."""

    def line(text: str) -> None:
        for part in text.splitlines():
            if part.strip():
                about, colon, _ = part.partition(": ")
                told = {"time": clock().isoformat(timespec="milliseconds"), "text": part.strip()}
                if colon and about.replace("-", "").isalnum() and about == about.lower():
                    told["about"] = about
                tell(json.dumps(told, ensure_ascii=False))

    return line
