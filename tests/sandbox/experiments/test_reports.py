"""What a report says: errors apart from outcomes, half-done as half-done, and text as text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from sandbox.experiments import Difference, Results
from sandbox.experiments.reporting import (
    gather,
    make_report,
    match,
    matched_lines,
    plots_of,
    png_of,
    report_html,
    report_lines,
    report_markdown,
    svg_of,
)
from sandbox.rendering.paint import Paint
from tests.sandbox.experiments.made import FIRM_SOFT, made

EVIL = "<script>alert(1)</script> | [x](javascript:1) $\\frac\x1b[31m"


def text(results: Results, width: int = 100) -> str:
    return "\n".join(report_lines(make_report(results), Paint(), width))


def test_each_arm_has_its_rates_and_means_over_all_and_given_agreement() -> None:
    results = made(trials=30)
    arm = make_report(results).arms[0]
    agreed = [t.values["utility.seller"] or 0 for t in results.trials[:30] if t.values["agreed"]]
    both = arm.measures["utility.seller"]
    assert both.agreed is not None and both.all is not None
    assert (both.agreed.n, both.all.n) == (len(agreed), 30)
    assert both.agreed.value == pytest.approx(sum(agreed) / len(agreed)) and both.all.value != both.agreed.value
    assert arm.measures["deal.price"].all is None, "a price that was not agreed is no price"
    shown = text(results)
    assert "over all runs" in shown and "given agreement" in shown and "Wilson" in shown


def test_errors_are_no_outcomes_and_have_bounds() -> None:
    report = make_report(made(trials=40, failed=0.2))
    arm = report.arms[0]
    assert arm.errors["failed"] + arm.done == 40 and arm.faults == {"timeout": arm.errors["failed"]}
    both = arm.measures["agreed"]
    assert both.all is not None and both.all.n == arm.done and both.all.dropped == {"failed": arm.errors["failed"]}
    assert both.bounds is not None and both.all.low is not None and both.bounds[0] < both.all.low
    assert any("failed unequally often" in note for note in report.notes)


def test_a_half_done_experiment_says_so_at_the_top() -> None:
    results = made(trials=20, waiting=5)
    first, second = text(results).splitlines()[:2]
    assert "10 not finished" in first and "Not finished: 10 of 40" in second
    assert "Not finished" in report_markdown(make_report(results)).split("##")[0]
    assert "Not finished" in report_html(make_report(results)).split("<h2>")[0]


def test_of_nothing_done_there_is_nothing_to_say() -> None:
    results = made(trials=4, waiting=4)
    report = make_report(results)
    assert "nothing to say" in text(results) and not plots_of(report, results, gather(results))
    assert json.loads(json.dumps(report.data(), allow_nan=False))["done"] == 0


def test_every_comparison_says_how_it_was_made() -> None:
    shown = text(made(trials=30, effect=12))
    block = shown[shown.index("Comparisons") :]
    for words in ("corrected by Holm's method", "yes: firm is higher than soft", "size d", "permutation of contexts"):
        assert words in block
    assert "undecided" in text(made(trials=8, effect=1)) and "would decide" in text(made(trials=8, effect=1))


def test_a_model_stands_beside_the_rules_in_its_seat() -> None:
    results = made({"buyer": ["model", "rule"]}, trials=10, contrasts=[], calls=True)
    quiet = [replace(t, calls=0) if t.levels["buyer"] == "rule" else t for t in results.trials]
    design = replace(results.design, floor={"buyer=model": "buyer=rule"})
    report = make_report(replace(results, trials=quiet, design=design))
    model, rule = report.arms
    assert rule.floor is None and model.floor is not None and model.floor.what == "buyer=rule"
    expected = rule.measures["utility.seller"].all
    assert expected is not None and model.floor.values["utility.seller"] == pytest.approx(expected.value)


def test_the_same_results_in_any_order_make_the_same_report() -> None:
    results = made(trials=20, failed=0.1)
    other = replace(results, trials=results.trials[::-1])
    assert make_report(results).data()["answers"] == make_report(other).data()["answers"]
    assert report_html(make_report(results)) == report_html(make_report(other))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def evil() -> Results:
    results = made({EVIL: [f"a {EVIL}", "b"]}, contrasts=[], failed=0.2)
    asked = [Difference(EVIL, f"a {EVIL}", "b", "agreed", "agreed", {})]
    return replace(results, name=EVIL, design=replace(results.design, contrasts=asked), manifest={EVIL: EVIL})


def test_a_page_loads_nothing_and_takes_text_as_text() -> None:
    results = evil()
    report = make_report(results)
    page = report_html(report, plots_of(report, results, gather(results)))
    tags = _Tags()
    tags.feed(page)
    assert "script" not in {tag for tag, _ in tags.tags} and "\x1b" not in page
    sources = [value or "" for _, attrs in tags.tags for name, value in attrs.items() if name in ("src", "href")]
    assert sources and all(each.startswith("data:image/svg+xml;base64,") for each in sources)
    assert "default-src 'none'" in page


def test_markdown_and_the_terminal_take_text_as_text() -> None:
    report = make_report(evil())
    written = report_markdown(report).partition("## To repeat it")[0]
    assert not re.search(r"(?<!\\)[<\[]", written) and "\x1b" not in written
    rows = [line for line in written.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == len(re.findall(r"(?<!\\)\|", rows[0])) for row in rows[:3])
    assert "\x1b" not in "\n".join(report_lines(report, Paint(), 60))


def test_plots_are_the_same_bytes_each_time() -> None:
    results = made(trials=12, calls=True)
    report = make_report(results)
    plots = plots_of(report, results, gather(results))
    assert {plot.name for plot in plots} == {"arms", "agreement", "cost"}
    for plot in plots:
        one, other = svg_of(plot), svg_of(plot)
        assert one == other and b"<dc:date>" not in one and b"http://www.w3.org/2000/svg" in one
        assert ElementTree.fromstring(one).tag.endswith("svg")
        assert png_of(plot).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_keep_to_the_width(width: int) -> None:
    results = made({"tactic": ["firm", "soft"], "buyer.model": ["a-long-name", "b"]}, trials=10, failed=0.1, calls=True)
    assert max(map(len, text(results, width).splitlines())) <= width


def test_two_experiments_are_compared_arm_by_arm() -> None:
    before, after = made(trials=30, effect=0), made(trials=30, effect=10)
    found = match(before, replace(after, name="later", manifest={"plan": "2f3e", "seed": 0}))
    shown = {(answer.of, answer.label): answer.found for answer in found.answers if answer.found.verdict == "yes"}
    assert found.differs and set(shown) == {(of, "firm") for of in ("utility.seller", "utility.buyer", "deal.price")}
    assert shown["utility.seller", "firm"].effect.units == 30, "in pairs, by context"
    assert found.changed == {"plan": ("1f2e", "2f3e")}
    lines = "\n".join(matched_lines(found, Paint(), 100))
    assert "the same in each pair" in lines and "plan" in lines
    assert not match(before, before).differs


def test_contexts_pair_two_experiments_and_not_the_names_of_series() -> None:
    before = made(trials=20)
    contexts = [f"bike {19 - trial.number}" for trial in before.trials]
    moved = [replace(trial, context=each) for trial, each in zip(before.trials, contexts, strict=True)]
    found = match(before, replace(before, name="later", trials=moved)).answers[0].found
    assert (found.effect.n, found.effect.units) == (19, 19) and found.effect.dropped == {"without a partner": 2}


def test_arms_that_only_one_has_are_named() -> None:
    found = match(made(), made({"tactic": ["firm", "hard"]}, contrasts=[]))
    assert found.arms == ["tactic=firm"] and found.only == (["tactic=soft"], ["tactic=hard"])


def test_a_family_of_many_makes_it_harder() -> None:
    alone = make_report(made(trials=20, effect=4.5, seed=5)).answers[0].found
    many = make_report(made(trials=20, effect=4.5, seed=5, contrasts=[FIRM_SOFT] * 40)).answers[0].found
    assert alone.verdict == "yes" and many.verdict == "undecided" and "family" in many.why
