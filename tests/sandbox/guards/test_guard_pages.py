"""The reference leaves no kind of guard, no key and no keyword out."""

from __future__ import annotations

from pathlib import Path

from sandbox.guards.act import ACTS
from sandbox.guards.fit import KEYWORDS
from sandbox.guards.judge import JudgeSpec
from sandbox.guards.length import UNITS
from sandbox.guards.pattern import KEYS
from sandbox.guards.reading import KINDS, SHARED
from sandbox.guards.tongues import NAMED

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "guards.md").read_text(encoding="utf-8")


def test_every_kind_key_and_keyword_is_in_the_reference() -> None:
    judging = [field.alias or name for name, field in JudgeSpec.model_fields.items()]
    names = [*SHARED, *KEYWORDS, *ACTS, *UNITS, *KEYS, *NAMED, *judging]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
    assert [kind for kind in KINDS if f"\n## {kind}\n" not in PAGE] == []
