"""What somebody else needs to repeat an experiment."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

from sandbox.models import redact

if TYPE_CHECKING:
    from sandbox.experiments.design import Design
    from sandbox.experiments.loading import Written
    from sandbox.plan import Plan
    from scenarios import ScenarioSource
    from transcripts import TrialRow

_PACKAGES = ("moot", "numpy", "scipy", "pydantic", "httpx", "matplotlib")


def make_manifest(
    design: Design,
    written: Written,
    rows: Sequence[TrialRow],
    plans: Mapping[Any, Plan],
    sources: Mapping[str, ScenarioSource],
) -> dict[str, Any]:
    """Write down versions, seeds, prompts, models, rules of comparison and the hash of the plan, as plain data."""
    source = written.document.source.text
    return {
        "experiment": design.name,
        "plan": hash_of(row.key for row in rows),
        "versions": {**{name: version_of(name) for name in _PACKAGES}, "python": platform.python_version()},
        "file": redact(source if source.strip("{} \n") else written.document.data),
        "scenarios": {name: hash_of([json.dumps(each.data, ensure_ascii=False)]) for name, each in sources.items()},
        "seed": design.seed,
        "seeds": sorted({row.seed for row in rows}) if len(rows) <= 10_000 else "drawn from seed",
        "trials": design.trials,
        "runs": len(rows),
        "models": _models(plans.values()),
        "prompts": _prompts(plans.values()),
        "comparison": {
            "family": design.family,
            "alpha": design.alpha,
            "contrasts": [each.label for each in design.contrasts],
            "paired by": "context: the scenario and the seed",
            "unit": "series" if design.series > 1 else "run",
            "swapped seats": list(design.swap or ()),
        },
    }


def hash_of(texts: Iterable[str]) -> str:
    """Hash texts, each on a line of its own."""
    whole = hashlib.blake2b(digest_size=16)
    for text in texts:
        whole.update(text.encode() + b"\n")
    return whole.hexdigest()


def version_of(package: str) -> str | None:
    """Give the version that is installed; None where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _models(plans: Iterable[Plan]) -> dict[str, Any]:
    """Say what each profile asks for, and with which parameters."""
    found: dict[str, Any] = {}
    for plan in plans:
        for name, profile in plan.asked.items():
            asked = {"provider": profile.provider, "model": profile.asks_for, "base_url": profile.base_url}
            found[name] = redact({**asked, "params": profile.params.model_dump(exclude_none=True)})
    return found


def _prompts(plans: Iterable[Plan]) -> dict[str, Any]:
    """Give the templates that brains fill in, each with a hash of its text."""
    from sandbox.brains.llm.templates import shipped, template_text

    found: dict[str, Any] = {}
    for plan in plans:
        for chair in plan.cast.values():
            if chair.brain.get("kind") == "llm":
                written = chair.brain.get("prompt", {})
                for part in ("system", "turn", "summary"):
                    name = str(written.get(part, "default"))
                    text = template_text(name, part)
                    hashed = hash_of([text])
                    label = f"{name if name in shipped(part) else hashed[:12]}.{part}"
                    found[label] = {"hash": hashed, "text": redact(text)}
    return found
