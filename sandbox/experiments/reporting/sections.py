"""A report as sections of text and tables, which every renderer writes in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sandbox.experiments.reporting.matching import Matched
from sandbox.experiments.reporting.model import Answer, ArmReport, Report
from sandbox.experiments.reporting.words import (
    NONE,
    bounds_words,
    effect_words,
    errors_words,
    estimate_words,
    figure,
    p_words,
    sample_words,
    share,
    size_words,
    verdict_words,
)
from sandbox.experiments.statistics import SAME, Estimate
from sandbox.rendering.numbers import count, dollars

_LONGEST = 60
FAMILIES = {
    "holm": "corrected by Holm's method",
    "fdr": "corrected for false discovery by Benjamini's and Hochberg's method",
    "none": "not corrected for how many there are",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what is said below it, and a table."""

    title: str
    lead: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    right: frozenset[int] = frozenset()
    """Columns that are flush right."""
    after: Sequence[str] = ()
    """What is said below the table."""


def head_words(report: Report) -> str:
    """Say in a line how much there is."""
    words = f"{count(len(report.arms), 'arm')}, {report.done:,} of {count(report.planned, 'run')} done"
    words += f", {count(report.errors, 'error')}" if report.errors else ", no errors"
    return words + (f", {report.unfinished:,} not finished" if report.unfinished else "")


def sections(report: Report) -> list[Section]:
    """Give all sections of a report, in order."""
    found = [_arms(report)]
    if report.done:
        found += [_measure(report, measure.path) for measure in report.measures]
        if report.answers:
            found.append(_answers(report))
    return [*found, _methods(report)]


def _arms(report: Report) -> Section:
    first, names = _named(report)
    header = [first, "runs", "done", "errors"]
    columns: list[tuple[str, Callable[[ArmReport], str]]] = []
    columns += [("not finished", lambda arm: f"{arm.unfinished:,}")] if report.unfinished else []
    if any(arm.again for arm in report.arms):
        columns.append(("attempts again", lambda arm: f"{arm.again:,}"))
    if any(arm.calls for arm in report.arms):
        columns += [("calls", lambda arm: f"{arm.calls:,}"), ("tokens", lambda arm: f"{arm.tokens:,}")]
        columns.append(("cost", lambda arm: "unknown" if arm.cost is None else dollars(arm.cost)))
    rows = [
        [names[arm.name], f"{arm.planned:,}", f"{arm.done:,}", errors_words(arm.errors, arm.faults)]
        + [write(arm) for _, write in columns]
        for arm in report.arms
    ]
    header += [name for name, _ in columns]
    return Section("Arms", (), header, rows, frozenset({1, 2, *range(4, len(header))}))


def _named(report: Report) -> tuple[str, dict[str, str]]:
    """Give the arms' names in tables, by their whole names: their levels, below the names of the axes."""
    axes = list(dict.fromkeys(axis for arm in report.arms for axis in arm.levels))
    if axes and all(list(arm.levels) == axes for arm in report.arms):
        return ", ".join(axes), {arm.name: ", ".join(arm.levels.values()) for arm in report.arms}
    return "arm", {arm.name: arm.name for arm in report.arms}


def _measure(report: Report, path: str) -> Section:
    measure = next(each for each in report.measures if each.path == path)
    given = any(each.measures[path].agreed not in (None, each.measures[path].all) for each in report.arms)
    first, names = _named(report)
    over_all = any(arm.measures[path].all is not None for arm in report.arms)
    bounds = any(arm.measures[path].bounds is not None for arm in report.arms)
    floors = any(arm.floor and path in arm.floor.values for arm in report.arms)
    header = [first]
    header += ["n", "over all runs"] if over_all else []
    header += ["whatever failed"] if bounds else []
    header += ["n agreed", "given agreement"] if given else []
    header += ["floor"] if floors else []
    right = frozenset(place for place, name in enumerate(header) if name.startswith("n"))
    rows = []
    for arm in report.arms:
        both = arm.measures[path]
        row = [names[arm.name]]
        row += [_n(both.all), estimate_words(both.all, measure.kind)] if over_all else []
        row += [bounds_words(both.bounds, measure.kind)] if bounds else []
        row += [_n(both.agreed), estimate_words(both.agreed, measure.kind)] if given else []
        row += [_floor(arm, path, measure.kind)] if floors else []
        rows.append(row)
    return Section(path, (measure.meaning,), header, rows, right, tuple(_remarks(report, path)))


def _n(found: Estimate | None) -> str:
    return NONE if found is None else f"{found.n:,}"


def _floor(arm: ArmReport, path: str, kind: str) -> str:
    if arm.floor is None or path not in arm.floor.values:
        return NONE
    value = arm.floor.values[path]
    return f"{f'{share(value)} %' if kind == 'rate' else figure(value)}: {arm.floor.what}"


def _remarks(report: Report, path: str) -> Iterator[str]:
    """Say by how many arms what is unusual of an estimate."""
    found: dict[str, list[str]] = {}
    names = _named(report)[1]
    for arm in report.arms:
        estimate = arm.measures[path].all or arm.measures[path].agreed
        if estimate is not None and estimate.note:
            found.setdefault(estimate.note, []).append(names[arm.name])
    for note, arms in found.items():
        where = "every arm" if len(arms) == len(report.arms) else " · ".join(arms[:3]) + (" …" if len(arms) > 3 else "")
        yield f"{where}: {note}"


def _answers(report: Report) -> Section:
    answers = report.answers
    many = count(len(answers), "hypothesis", "hypotheses")
    lead = f"One family of {many}, {FAMILIES[report.family]}; shown at {figure(report.alpha)}."
    bounds = any(answer.found.bounds for answer in answers)
    header = ["what", "verdict", "effect", *(["whatever failed"] if bounds else []), "size"]
    header += ["sides", "p", "corrected", "test", "interval", "n"]
    rows = []
    for answer in answers:
        found = answer.found
        sides = " · ".join(f"{name} {_side(answer, name)}" for name in found.sides)
        row = [answer.label, verdict_words(found), effect_words(answer)]
        row += [bounds_words(found.bounds, answer.kind, sign=True)] if bounds else []
        row += [size_words(found.size), sides, p_words(found.p), p_words(found.corrected)]
        rows.append([*row, found.method, found.effect.method or NONE, sample_words(found)])
    return Section("Comparisons", (lead,), header, rows)


def _side(answer: Answer, name: str) -> str:
    value = answer.found.sides[name]
    return share(value) if answer.kind == "rate" else figure(value)


def matched_sections(found: Matched) -> list[Section]:
    """Give the sections of two experiments beside each other."""
    many = count(len(found.answers), "hypothesis", "hypotheses")
    family = f"Differences are {found.names[1]} less {found.names[0]}: one family of {many}, {FAMILIES[found.family]}."
    sections = [_changes(found, path) for path in dict.fromkeys(answer.of for answer in found.answers)]
    rows = [[key, *(_short(value) for value in values)] for key, values in found.changed.items()]
    sections += [Section("What they were made with", (), ["", *found.names], rows)] if rows else []
    lonely = [f"Only in {name}: {' · '.join(arms)}" for name, arms in zip(found.names, found.only, strict=True) if arms]
    return [*sections, Section("How", [family, *lonely])]


def _changes(found: Matched, path: str) -> Section:
    """Write what became of a measure, a row for each arm."""
    before, after = found.names
    answers = [answer for answer in found.answers if answer.of == path]
    rows = [
        [
            answer.label,
            _side(answer, before),
            _side(answer, after),
            SAME if answer.found.effect.note == SAME else effect_words(answer),
            p_words(answer.found.corrected),
            answer.found.verdict,
        ]
        for answer in answers
    ]
    tests = dict.fromkeys(f"{answer.found.method}, n {sample_words(answer.found)}" for answer in answers)
    header = ["arm", before, after, "difference", "p", "verdict"]
    return Section(path, (), header, rows, frozenset({1, 2}), list(tests))


def _short(value: object) -> str:
    text = NONE if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _methods(report: Report) -> Section:
    methods: dict[str, None] = {}
    shared = {"context": "a context", "series": "a series or a context"}.get(report.unit, f"a level of {report.unit}")
    for arm in report.arms:
        for both in arm.measures.values():
            for found in (both.all, both.agreed):
                if found is not None and found.method:
                    methods[found.method] = None
    lines = [
        f"Intervals at 95 %, not corrected for how many there are: {'; '.join(methods) or 'none'}.",
        f"Runs that share {shared} depend on each other, and are drawn again together.",
        "An error is not an outcome: what failed, or was ended by its budget, is in no mean and no rate.",
    ]
    if any(arm.swapped for arm in report.arms):
        lines.append("Runs with swapped seats count where effects are pooled over both seats, and nowhere else.")
    return Section("How", lines)
