"""The threat model names a test for what nobody can do: each of them has to be there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_test_that_the_threat_model_names_exists():
    named = set(re.findall(r"\btest_\w+(?!\w*\.py)\b", (ROOT / "host" / "SECURITY.md").read_text("utf-8")))
    named -= {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) >= 15
    assert [name for name in named if f"def {name}(" not in sources] == []
