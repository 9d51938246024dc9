from __future__ import annotations

import json

import pytest

from personas import parse_document
from scenarios import ScenarioSource, check_scenario, list_scenarios, load_scenario, scenario_json_schema


@pytest.mark.parametrize("name", list_scenarios())
def test_every_scenario_of_the_library_is_without_fault(name: str) -> None:
    assert check_scenario(load_scenario(name)) == []
    situation = load_scenario(name).resolve(3)
    assert situation.data["notes"] and situation.story
    assert not situation.issues or situation.space.rational.any()


def test_the_library_has_the_classics() -> None:
    assert {"used-bike", "job-offer", "deal-or-no-deal", "campsite"} <= set(list_scenarios())


def test_the_job_offer_is_new_recruit() -> None:
    job = load_scenario("job-offer").resolve()
    first, last = job.space.terms(0), job.space.terms(5**8 - 1)
    assert (job.utility("recruiter", first), job.utility("candidate", first)) == (-3200, 10800)
    assert (job.utility("recruiter", last), job.utility("candidate", last)) == (9600, -4400)
    assert job.space.best("recruiter") == job.space.best("candidate") == 14800
    assert job.space.utility("recruiter").min() == -8400


QUESTIONABLE = """\
title: t
parameters: {unused: 1}
issues:
  price: {from: 0, to: 10}
  when: [now, later]
participants:
  a: {prefers: {price: 1}, no_deal: 11}
  b: {never: when == later, persona: hagler}
  c: {prefers: {price: -1}, minimum: 1}
threads: {t: {}}
end: {rounds: 1}
"""


def test_the_check_tells_all_that_looks_wrong() -> None:
    problems = check_scenario(ScenarioSource("t", parse_document(QUESTIONABLE, "t.yaml")))
    told = [(problem.severity, str(problem.error.place), problem.error.message) for problem in problems]
    assert told == [
        ("error", "t.yaml:8:38", "there is no persona 'hagler'"),
        ("warning", "t.yaml:2:14", "nothing names the parameter 'unused'"),
        ("warning", "t.yaml:7:37", "'a' never gets its no_deal of 11: the most it can have is 10"),
        ("warning", "t.yaml:8:3", "'b' is indifferent: every outcome is worth the same to it"),
        ("warning", "t.yaml:9:38", "'c' never gets its minimum of 1: the most it can have is 0"),
        ("warning", "t.yaml:5:15", "no outcome with 'later' is allowed to all"),
    ]


def test_the_check_tells_of_threads_that_bind_nobody() -> None:
    def told(
        members: str, seats: str = "a: {prefers: {x: {p: 1, q: 0}}}, b: {prefers: {x: {p: 1, q: 0}}}"
    ) -> list[str]:
        issues, threads = "issues: {x: [p, q]}", f"threads: {{t: {{}}, aside: {{members: {members}}}}}"
        text = f"title: t\n{issues}\nparticipants: {{{seats}}}\n{threads}\nend: {{rounds: 1}}\n"
        return [str(problem.error) for problem in check_scenario(ScenarioSource("t", parse_document(text, "t.yaml")))]

    (warning,) = told("[a]")
    assert warning.startswith("t.yaml:4:18: nothing can be agreed in 'aside': b would have to agree too")
    assert told("[b, a]") == []
    assert told("all", "a: {prefers: {x: {p: 1, q: 0}}}") == [
        "t.yaml:3:1: one participant alone has nobody to agree with"
    ]


def test_the_check_tells_of_a_table_where_nothing_contents_everybody() -> None:
    text = QUESTIONABLE.replace("no_deal: 11", "no_deal: 8").replace("minimum: 1", "no_deal: -3")
    messages = [
        problem.error.message for problem in check_scenario(ScenarioSource("t", parse_document(text, "t.yaml")))
    ]
    assert "no outcome is worth as much as no deal to everybody" in messages


def test_the_json_schema_takes_references_wherever_a_number_may_stand() -> None:
    schema = json.loads(json.dumps(scenario_json_schema()))
    no_deal = schema["$defs"]["Participant"]["properties"]["no_deal"]
    assert {"number", "string", "object"} == {kind["type"] for kind in no_deal["anyOf"]}
    assert schema["properties"]["participants"]["additionalProperties"] == {"$ref": "#/$defs/Participant"}
    assert {"title", "participants", "threads", "end"} == set(schema["required"])
    assert "from" in schema["$defs"]["NumberSpec"]["properties"]
