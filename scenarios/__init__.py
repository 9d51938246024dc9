"""What it is about: the scenario language, preferences, outcome measures, and a library.

::

    source = load_scenario("used-bike", folders=[...])      # or a path; scenario_from_data(dict, name)
    situation = source.resolve(seed, parameters={"asking": 300}, settings=[("seller.no_deal", 30)])

    situation.seats, .issues, .participants, .threads, .end, .parameters, .drawn, .data (plain JSON), .source_data
    terms = situation.parse_terms({"price": "210 €", ...})  # canonical, or TermsError.reason (public facts only)
    situation.render_terms(terms)                           # "210 €, pickup today, helmet included"
    situation.utility(seat, terms); .allowed(seat, terms); .no_deal(seat); .minimum(seat)

    space = situation.space                                 # all outcomes: size, utility(seat), allowed(seat),
    space.terms(index); space.index(terms)                  # allowed_by_all, rational, frontier(), best, ideal
    measure(situation, terms or None)                       # Measures, or None where there are no issues
    Draws(seed).at("brain", seat, turn).uniform()           # named draws: integer, choice, shuffle, weighted
"""

from __future__ import annotations

from scenarios.check import Problem, check_personas, check_scenario
from scenarios.draws import Draw, Draws
from scenarios.editors import scenario_json_schema
from scenarios.issues import DividedIssue, Issue, NumberIssue, OptionIssue, TermsError
from scenarios.load import ScenarioSource, list_scenarios, load_scenario, scenario_from_data
from scenarios.measures import Measures, measure
from scenarios.schema import End, Participant, Thread
from scenarios.settings import set_path
from scenarios.situation import Situation
from scenarios.space import Space

__all__ = [
    "DividedIssue",
    "Draw",
    "Draws",
    "End",
    "Issue",
    "Measures",
    "NumberIssue",
    "OptionIssue",
    "Participant",
    "Problem",
    "ScenarioSource",
    "Situation",
    "Space",
    "TermsError",
    "Thread",
    "check_personas",
    "check_scenario",
    "list_scenarios",
    "load_scenario",
    "measure",
    "scenario_from_data",
    "scenario_json_schema",
    "set_path",
]
