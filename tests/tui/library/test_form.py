"""The form for a new run: what it says is checked at its fields, and kept."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select

from moot_errors import MootError
from sandbox.plan import Plan
from tests.tui.houses import SLOW, house
from tests.tui.screens import check, play, screen, until, until_seen
from tui.app import MootApp
from tui.fields import Field
from tui.library.form import NewRun
from tui.library.proposal import WHOLE, Proposal


async def opened(pilot: Pilot, scenario: str = "used-bike") -> NewRun:
    await until(pilot, lambda: pilot.app.focused is not None)
    form = NewRun(scenario)
    pilot.app.push_screen(form)
    await until(pilot, lambda: form.is_current and form.query("#play"))
    return form


def field(form: NewRun, name: str) -> Field:
    return next(each for each in form.query(Field) if each.name == name)


def test_a_run_is_begun_and_shown(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        form = await opened(pilot)
        await until_seen(pilot, "seller: plain-dealer, rule linear")
        check(pilot.app, "form")
        await pilot.press("7")
        buyer = field(form, "brain-buyer").control
        assert isinstance(buyer, Select)
        buyer.value = "conceder"
        await until_seen(pilot, "$ moot run used-bike --seed 7 --cast buyer=@conceder", "buyer: haggler, rule conceder")
        await pilot.press("ctrl+s")
        await until_seen(pilot, "Library  used-bike-1", "agreed by")
        assert home.store and home.store.find("used-bike-1").seed == 7

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_begun(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        form = await opened(pilot)
        await pilot.press("x")
        asking = field(form, "parameter-asking").control
        assert isinstance(asking, Input)
        asking.value = "[1, 2]"
        await until(pilot, lambda: len(form.query("Field.-wrong")) == 2)
        assert "the seed must be a whole number, not 'x'" in screen(pilot.app)
        check(pilot.app, "form-wrong")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: field(form, "seed").control.has_focus)
        assert not home.engine.busy
        asking.value, form.query(Input).first().value = "300", "3"
        await until(pilot, lambda: not form.query("Field.-wrong"))

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_a_form_that_is_left_keeps_what_it_says(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        form = await opened(pilot)
        await pilot.press("4", "2")
        await until_seen(pilot, "--seed 42")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, NewRun))
        again = await opened(pilot)
        assert again is not form and again.proposal.seed == "42"

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_the_form_fits_into_a_small_terminal(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await opened(pilot)
        await until_seen(pilot, "seller: plain-dealer", "Play", "Back")
        check(pilot.app, "form-small")

    with house(tmp_path) as home:
        play(MootApp(home), story, (80, 24))


def test_models_of_the_workspace_can_be_chosen(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        form = await opened(pilot)
        buyer = field(form, "brain-buyer").control
        assert isinstance(buyer, Select)
        buyer.value = "slow"
        await until_seen(pilot, "buyer: haggler, llm slow")
        await pilot.press("ctrl+s")
        await until_seen(pilot, "Library  used-bike-1")
        assert home.engine.busy == 1

    with house(tmp_path, toml=SLOW) as home:
        play(MootApp(home), story)


def test_a_scenario_that_is_wrong_cannot_be_begun(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "wrong.yaml").write_text("title: 7\n", encoding="utf-8")

    async def story(pilot: Pilot) -> None:
        await opened(pilot, "wrong")
        await until_seen(pilot, "wrong.yaml:1")
        await pilot.press("ctrl+s", "escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, NewRun))

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_the_command_says_the_same_as_the_form(tmp_path: Path) -> None:
    made = Proposal(
        "used-bike", "7", {"buyer": "newcomer"}, {"buyer": "conceder", "seller": "linear"}, {"asking": "300"},
        "'buyer.brief=two words' seller.no_deal=20",
    )  # fmt: skip
    words = shlex.split(made.command)
    assert words[:5] == ["moot", "run", "used-bike", "--seed", "7"]
    assert words[5:] == [
        "--cast", "buyer=newcomer@conceder", "--cast", "seller=@linear", "--set", "parameters.asking=300",
        "--set", "buyer.brief=two words", "--set", "seller.no_deal=20",
    ]  # fmt: skip
    with house(tmp_path) as home:
        assert isinstance(made.check(home.workspace), Plan)


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (Proposal("used-bike", "-1"), {"seed"}),
        (Proposal("used-bike", personas={"buyer": "nobody"}), {"persona-buyer"}),
        (Proposal("used-bike", brains={"seller": "nothing"}, more="x"), {"brain-seller", "more"}),
        (Proposal("used-bike", more="'"), {"more"}),
        (Proposal("used-bike", more="seller.no_deel=3"), {"more"}),
        (Proposal("nowhere"), {WHOLE}),
    ],
)
def test_each_mistake_is_found_where_it_is(made: Proposal, wrong: set[str], tmp_path: Path) -> None:
    with house(tmp_path) as home:
        found = made.check(home.workspace)
        assert isinstance(found, dict) and found.keys() == wrong
        assert all(isinstance(error, MootError) for error in found.values())
