"""What is wrong with a guard is said with line and column, and what would be right, before anything is written."""

from __future__ import annotations

import pytest

from moot_errors import DocumentError, MootError
from personas import parse_document
from scenarios import ScenarioSource
from tests.sandbox.guards.held import NOWHERE, read, written

MISTAKES = {
    "- words": ("6:3: a guard is a mapping, not 'words'", "such as {length: {words: ..80}}"),
    "- {of: seller}": ("6:3: this guard does not say what it looks at", "there are length, pattern, schema"),
    "- {lenght: {words: ..8}}": ("6:4: there is no kind of guard 'lenght'", "did you mean 'length'?"),
    "- {length: {words: ..8}, trys: 2}": ("6:26: there is no key 'trys'", "did you mean 'tries'?"),
    "- {length: {words: ..8}, act: offer}": (
        "6:26: a guard looks at one thing, and this at length and act",
        "two guards",
    ),
    "- {length: {words: ..8}, tries: -1}": ("6:33: expected at least 0, got -1", ""),
    "- {length: {words: ..8}, of: sellr}": ("6:30: there is no participant 'sellr'", "did you mean 'seller'?"),
    "- {length: {words: ..8}, of: [seller, nobody]}": ("6:39: there is no participant 'nobody'", "seller, buyer"),
    "- {length: {words: ..8}, of: []}": ("6:30: this guard watches nobody", "of: all"),
    "- {length: {words: ..8}, in: tabel}": ("6:30: there is no thread 'tabel'", "did you mean 'table'?"),
    "- {length: {words: ..8}, tasks: [sing]}": ("6:34: expected 'talk', 'propose'", ""),
    "- {length: {words: ..8}, name: rules}": ("6:32: the name 'rules' is reserved", "choose another"),
    "- {length: {words: ..8}, name: a b}": ("6:32: 'a b' is not of the form", ""),
    "- {length: {words: ..8}, name: x}\n- {act: pass, name: x}": ("7:21: two guards are called 'x'", "rename one"),
    "- {length: {words: ..8}, then: forfiet}": ("6:32: there is no step 'forfiet'", "did you mean 'forfeit'?"),
    "- {length: {words: ..8}, then: [end, person]}": ("6:38: nothing comes after forfeit or end", "take it out"),
    "- {length: {words: ..8}, then: [{fall: x}]}": ("6:33: {'fall': 'x'} is no step", "{fallback: BRAIN}"),
    "- {length: {words: ..8}, then: [fallback: concedr]}": ("6:43: there is no brain 'concedr'", "'conceder'"),
    "- {length: {words: ..8}, then: [fallback: human]}": ("6:43: a person is a step of its own", "write person"),
    "- {length: {words: ..8}, then: [fallback: {kind: rule, tactic: x}]}": (
        "6:64: seller's brain: there is no tactic",
        "",
    ),
    "- {length: {words: ..8}, then: [fallback: {kind: llm, model: gpt}]}": ("6:43: there is no model 'gpt'", ""),
    "- {length: 80}": ("6:12: a length is in words or characters, and not 80", "such as {words: 1..80}"),
    "- {length: {words: 80}}": ("6:20: 80 is no range", "write ..80 for at most, 80.. for at least"),
    "- {length: {words: 9..8}}": ("6:20: nothing has 9..8 words", "exchange the numbers"),
    "- {length: {lines: ..8}}": ("6:13: nothing is counted in 'lines'", "there are words, characters"),
    "- {pattern: abc}": ("6:13: a pattern must match or must not, and 'abc' says neither", "{forbid: PATTERN}"),
    "- {pattern: {forbit: abc}}": ("6:14: there is no key 'forbit'", "there are match, forbid"),
    "- {pattern: {forbid: 7}}": ("6:22: a pattern is a text, not 7", "put it in quotes"),
    '- {pattern: {forbid: "ab(c"}}': ("6:25: this is no pattern: unclosed group", ""),
    '- {pattern: {match: ["a", "(?=b)"]}}': ("6:28: this is no pattern: look-around", "write two guards"),
    r"- {pattern: {match: '(a)\1'}}": ("6:25: this is no pattern: backreferences", "for ever"),
    "- {pattern: {match: '(?x) a b'}}": ("6:22: the flag x is not supported", "on one line"),
    "- {pattern: {match: '((a{30}){30}){30}'}}": ("6:21: the pattern is too large", "1,000 is the most"),
    "- {schema: [price]}": ("6:12: a schema is a mapping, and not ['price']", "{type: object"),
    "- {schema: {type: objekt}}": ("6:19: 'type' cannot be 'objekt'", "write one of object, array"),
    "- {schema: {properties: {a: {minimun: 1}}}}": ("6:30: guards do not know the keyword 'minimun'", "'minimum'"),
    "- {schema: {required: price}}": ("6:23: 'required' cannot be 'price'", "write a list of names"),
    "- {schema: {properties: [a]}}": ("6:25: 'properties' cannot be ['a']", "write a mapping of schemas"),
    "- {schema: {items: {$ref: '#/$defs/x'}}}": ("6:27: '#/$defs/x' leads nowhere", "#/$defs/"),
    '- {schema: {pattern: "a)"}}': ("6:24: this is no pattern: unopened group", ""),
    "- {act: [pass, ofer]}": ("6:16: no message contains the act 'ofer'", "did you mean 'offer'?"),
    "- {act: open_thread}": ("6:9: no message contains the act 'open_thread'", "takes no turn"),
    "- {act: offer}": ("6:9: nobody could do that: there are no issues", "add issues:"),
    "- {language: klingon}": ("6:14: no language that can be told apart is called 'klingon'", "there are ar, cs"),
    "- {model: polite?}": ("6:11: a judge is told a question and the answer that passes", "such as"),
    '- {model: {question: "Polite?"}}': ("6:4: the key 'pass' is missing", "add 'pass: ...'"),
    '- {model: {question: "Polite?", pass: maybe}}': ("6:39: 'maybe' is none of the answers", "there are yes, no"),
    '- {model: {question: "Polite?", pass: ["yes", "no"]}}': ("6:39: every answer passes", "name the one"),
    '- {model: {ask: gpt, question: "Polite?", pass: "yes"}}': ("6:17: there is no model 'gpt'", ""),
    "- {python: polite}": ("6:12: 'polite' does not name a function", "write python: FILE.py:FUNCTION"),
    "- {python: checks.py:polite}": ("6:12: this guard runs checks.py, which is code", "moot trust FOLDER"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_said_with_its_place(text: str) -> None:
    said, remedy = MISTAKES[text]
    with pytest.raises(MootError) as raised:
        written(f"guards:\n{text}\n")
    assert raised.value.place
    assert f"{raised.value.place}: {raised.value.message}".startswith(f"scene.yaml:{said}")
    assert remedy in (raised.value.remedy or "")


def test_a_seats_own_guard_watches_that_seat() -> None:
    head = "title: T\nthreads: {table: {}}\nend: {rounds: 3}\nparticipants:\n  juror:\n    count: 3\n    guards:\n"
    source = ScenarioSource("scene", parse_document(f"{head}      - {{act: pass, of: all}}\n", "scene.yaml"))
    with pytest.raises(DocumentError) as raised:
        read(source.resolve(0), document=source.document)
    assert str(raised.value.place) == "scene.yaml:8:25"
    assert raised.value.message == "this guard is juror_1's own, and watches nobody else"


def test_a_guard_of_a_team_member_is_found_in_the_team() -> None:
    member = "team: {spokesperson: lead, members: {lead: {}, expert: {guards: [{act: offer}]}}}"
    head = "title: T\nthreads: {table: {}}\nend: {rounds: 3}\nparticipants:\n  other: {}\n  firm:\n    "
    source = ScenarioSource("scene", parse_document(f"{head}{member}\n", "scene.yaml"))
    with pytest.raises(DocumentError) as raised:
        read(source.resolve(0), document=source.document)
    assert str(raised.value.place) == "scene.yaml:7:76"


def test_without_guards_nothing_is_looked_up() -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    source = ScenarioSource(
        "scene", parse_document("title: T\nparticipants: {a: {}}\nthreads: {t: {}}\nend: {rounds: 1}\n", "s")
    )
    assert read(source.resolve(0), Untouchable(), models=Untouchable()).names == {}  # type: ignore[arg-type]
    assert read(source.resolve(0), NOWHERE).profiles == ()
