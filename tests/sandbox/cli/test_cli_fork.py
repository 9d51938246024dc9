"""`moot fork`: any turn is a place from which things go differently; and how branches are shown and listed."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.cli.test_cli_terminal import MOOT, terminal

RANDOM = ("--cast", "seller=@random")


def data(result: Any) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def run(moot) -> dict[str, Any]:
    """Play the run that is forked: `used-bike-1`."""
    played: dict[str, Any] = data(moot("run", "used-bike", "--seed", "7", "--json"))
    return played


def test_a_branch_is_shown_from_where_it_leaves_the_run(moot, run) -> None:
    forked = moot("fork", "used-bike-1", "--at", "8", "--say", "buyer: 200, and I take it now.")
    assert forked.exit_code == 0
    head, _, rest = forked.stdout.partition("  goes its own way after turn 8\n")
    assert "used-bike-2 · from used-bike-1 after turn 8 · seed 7" in head
    talk = rest.partition("\n\n")[2]
    assert talk.startswith('buyer (haggler): "200, and I take it now."\n') and "moot show used-bike-2" in talk
    messages = data(moot("show", "used-bike-2", "--json"))["messages"]
    assert messages[:8] == run["messages"][:8] and messages[8]["text"] == "200, and I take it now."


def test_an_act_binds(moot, run) -> None:
    last = next(each for each in reversed(run["messages"]) if each["seat"] == "seller")
    turn = last["id"].partition(":")[2]
    for at in (turn, last["id"]):
        branch = data(moot("fork", "last", "--at", at, "--act", "buyer: accept last", "--json"))
        assert branch["terms"] == last["act"]["terms"] and (branch["parent"], branch["after"]) == (
            run["run"],
            int(turn),
        )
        moot("rm", "--yes", branch["run"])


def test_what_was_said_can_have_been_said_otherwise(moot, run) -> None:
    branch = data(moot("fork", "last", "--edit", "3", "Take it or leave it.", "--json"))
    assert branch["after"] == 2 and branch["messages"][2]["text"] == "Take it or leave it."
    assert branch["messages"][2]["act"] == run["messages"][2]["act"]


def test_who_sits_there_and_what_counts_can_change(moot, run) -> None:
    branch = data(
        moot("fork", "last", "--at", "4", "--cast", "buyer=@conceder", "--set", "scenario.end.rounds=4", "--json")
    )
    assert branch["cast"]["buyer"]["brain"]["tactic"] == "conceder" and branch["rounds"] <= 4
    assert branch["settings"] == {"scenario.end.rounds": 4}


def test_many_branches_are_summarised_beside_as_many_without_the_change(moot, run) -> None:
    forked = moot("fork", "last", "--at", "8", *RANDOM, "-n", "8")
    assert forked.exit_code == 0
    lines = forked.stdout.splitlines()
    assert lines[0] == "8 branches of used-bike-1 after turn 8, and 8 without the change"
    assert lines[1].split() == ["with", "the", "change", "without", "difference"]
    assert [line.split()[0] for line in lines[2:6]] == ["agreed", "seller", "buyer", "turns"]
    assert lines[-1] == "They are kept: moot ls --from used-bike-1"
    assert len(data(moot("ls", "--from", "used-bike-1", "--json"))) == 16


def test_the_summary_as_data(moot, run) -> None:
    found = data(moot("fork", "last", "--at", "8", *RANDOM, "-n", "8", "--json"))
    assert [each["seed"] for each in found["branches"]] == [each["seed"] for each in found["control"]]
    agreed = [sum(each["agreed"] for each in found[part]) / 8 for part in ("branches", "control")]
    differences = found["summary"]["differences"]
    assert differences["agreed"]["value"] == pytest.approx(agreed[0] - agreed[1])
    assert set(differences) == {"agreed", "utility.seller", "utility.buyer", "turns"}


def test_what_chance_can_explain_is_undecided(moot, run) -> None:
    words = ("fork", "last", "--at", "2", "--say", "buyer: Nice weather.", "-n")
    assert "too few to tell" in moot(*words, "2").stdout
    agreed = next(line for line in moot(*words, "6").stdout.splitlines() if line.startswith("  agreed"))
    assert agreed.endswith(", undecided")


def test_without_a_change_there_is_one_group(moot, run) -> None:
    lines = moot("fork", "last", "--at", "8", "-n", "6").stdout.splitlines()
    assert lines[0] == "6 branches of used-bike-1 after turn 8" and lines[1].strip() == "branches"


def test_branches_that_fail_are_said_and_not_counted(moot) -> None:
    moot("run", "faulty", "-q")
    forked = moot("fork", "last", "--at", "0", "-n", "6")
    assert forked.exit_code == 1
    assert "Not counted of 6 branches: 6 failed." in forked.stdout and "agreed" not in forked.stdout


def test_how_far_they_are_is_seen_on_a_terminal(moot, run) -> None:
    with terminal("fork", "last", "--at", "8", *RANDOM, "-n", "6") as shown:
        assert shown.end() == 0
    assert "12 of 12 branches are over, " in shown.seen


def test_ctrl_c_stops_all_branches_and_keeps_them(moot) -> None:
    moot("run", "used-bike", "-q")
    slow = ("--set", "scenario.end.rounds=10000", "--cast", "seller=@hardheaded", "--cast", "buyer=@hardheaded")
    forking = [*MOOT, "fork", "last", "--at", "2", *slow, "-n", "2"]
    with subprocess.Popen(forking, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not any(each["turns"] > 5 and each["after"] == 2 for each in data(moot("ls", "--json"))):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=60)
        assert process.returncode == 130
    # How many had begun by then is the machine's business.
    assert "stopping after this turn" in told and "not finished." in said
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--at", "99"], "its turns are 1 to 18"),
        (["--at", "-1"], "table:7"),
        (["--at", "soon"], "table:7"),
        (["--at", "table:99"], "'table:99'"),
        (["--at", "8", "--say", "byer: hello"], "did you mean 'buyer'?"),
        (["--at", "8", "--say", "hello"], '--say "buyer: 200'),
        (["--say", "buyer: one", "--say", "buyer: two"], "'buyer' has two turns"),
        (["--at", "8", "--thread", "tabel", "--say", "buyer: hi"], "did you mean 'table'?"),
        (["--at", "8", "--act", "buyer: acept last"], "did you mean 'accept'?"),
        (["--at", "8", "--act", "buyer: accept table:4"], "on the table: table:7"),
        (["--at", "8", "--act", "buyer: offer price=200, pickup=tody, helmet=included"], "did you mean 'today'?"),
        (["--at", "0", "--act", "buyer: accept"], "no offer of anybody but buyer"),
        (["--edit", "99", "text"], "something was said in turns 14, 15, 16, 17, 18"),
        (["--edit", "3", "text", "--at", "2"], "leave out at, or the edit"),
        (["--cast", "byer=@linear"], "did you mean 'buyer'?"),
        (["--cast", "buyer=@liner"], "did you mean 'linear'?"),
        (["--set", "seller.prefer=3"], "did you mean seller.prefers?"),
        (["--set", "scenario.threads.aside={members: all}"], "scenario.threads.aside"),
        (["--seed", "-1"], "0 to"),
        (["-n", "1"], "x>=2"),
    ],
)
@pytest.mark.parametrize("many", [[], ["-n", "3"]], ids=["one", "many"])
def test_what_cannot_be_says_what_can_and_writes_nothing(
    moot, run: dict[str, Any], words: list[str], says: str, many: list[str]
) -> None:
    forked = moot("fork", "used-bike-1", *many, *words)
    assert forked.exit_code == 2 and says in forked.stderr and len(forked.stderr.splitlines()) <= 3
    assert [each["run"] for each in data(moot("ls", "--json"))] == ["used-bike-1"]


def test_branches_are_listed_with_their_parent(moot, run) -> None:
    assert " from " not in moot("ls").stdout
    moot("fork", "used-bike-1", "--at", "8", "-q")
    moot("fork", "used-bike-2", "--at", "10", "-q")
    listed = moot("ls").stdout
    assert "used-bike-1 @8" in listed.splitlines()[2] and "used-bike-2 @10" in listed.splitlines()[3]
    assert [(each["parent"], each["after"]) for each in data(moot("ls", "--json"))] == [
        (None, None), ("used-bike-1", 8), ("used-bike-2", 10)
    ]  # fmt: skip
    assert [each["run"] for each in data(moot("ls", "--from", "used-bike-1", "--json"))] == ["used-bike-2"]
    assert "Branches: after turn 8, used-bike-2\n" in moot("show", "used-bike-1").stdout
    shown = moot("show", "used-bike-3").stdout
    assert "used-bike-3 · from used-bike-2 after turn 10" in shown and "Branches" not in shown


def test_a_file_says_what_it_branched_off_as_far_as_it_knows(moot, run) -> None:
    moot("fork", "used-bike-1", "--at", "8", "-q")
    for words, parent in ((["--evidence"], "used-bike-1"), ([], "another run")):
        moot("export", "used-bike-2", "-o", "branch.jsonl", "--force", *words)
        assert f"from {parent} after turn 8" in moot("show", "branch.jsonl").stdout


def test_the_state_is_as_it_was_after_a_turn(moot, run) -> None:
    shown = moot("show", "used-bike-1", "--at", "4").stdout
    assert "[table:4]" in shown and "[table:5]" not in shown and "Agreed" not in shown
    assert "on the table: seller offers" in shown and "moot fork used-bike-1 --at 4" in shown
    then = data(moot("show", "used-bike-1", "--at", "table:4", "--json"))
    assert then["messages"] == run["messages"][:4] and (then["at"], then["turns"], then["status"]) == (4, 4, "open")
    assert [offer["id"] for offer in then["table"]] == ["table:3", "table:4"]
    assert [offer["terms"] for offer in then["table"]] == [each["act"]["terms"] for each in run["messages"][2:4]]
    events = moot("show", "used-bike-1", "--at", "4", "--events").stdout.splitlines()
    assert events == moot("show", "used-bike-1", "--events").stdout.splitlines()[: len(events)] and len(events) == 9


def test_a_participant_sees_what_it_knew_then(moot) -> None:
    moot("run", "secrets", "--seed", "5")
    for form in ([], ["--json"], ["--events"]):
        shown = moot("show", "last", "--at", "4", "--as", "cat", *form).stdout
        for word in ("brief-of-ann", "12.37", "aside", "16.41", "turn 4", '"at"'):
            assert word not in shown
    wrong = moot("show", "last", "--at", "999", "--as", "cat")
    assert wrong.exit_code == 2 and "name a message" in wrong.stderr and "from 1 to" not in wrong.stderr
    assert moot("show", "last", "--at", "aside:1", "--as", "cat").exit_code == 2


def test_an_answer_and_a_moment_are_two_questions(moot, run) -> None:
    assert moot("show", "last", "--at", "4", "--prompt", "4").exit_code == 2
    wrong = moot("show", "last", "--at", "99")
    assert wrong.exit_code == 2 and "take one from 1 to 18" in wrong.stderr


def test_the_parent_stays_as_long_as_a_branch_needs_it(moot, run, workspace: Path) -> None:
    moot("fork", "used-bike-1", "--at", "8", "-q")
    kept = moot("rm", "--yes", "used-bike-1")
    assert kept.exit_code == 2 and "used-bike-2" in kept.stderr
    assert moot("rm", "--yes", "used-bike-1", "used-bike-2").exit_code == 0
