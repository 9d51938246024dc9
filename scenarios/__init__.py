"""What it is about: the scenario language, preferences, outcome measures, and a library.

::

    source = load_scenario("used-bike", folders=[...])       # or a path; scenario_from_data(dict, name) without a file
    situation = source.resolve(seed, parameters={"asking": 300}, settings=[("seller.no_deal", 30)])

    situation.seats, .issues, .participants, .threads, .end, .parameters, .drawn
    situation.data, .source_data                             # plain JSON: as played, as written; Situation.from_data
    terms = situation.parse_terms({"price": "210 €", ...})   # canonical; or TermsError, whose reason is public
    situation.render_terms(terms)                            # "210 €, pickup today, helmet included"
    situation.utility(seat, terms), .allowed(seat, terms), .no_deal(seat), .minimum(seat)
    measure(situation, terms)                                # Measures; terms None for no deal

    space = situation.space                                  # all outcomes: .size, .terms(index), .index(terms)
    space.utility(seat), .allowed(seat)                      # an array each, with one entry for each outcome
    space.frontier(), .rational, .best(seat), .ideal(seat)

    check_scenario(source)                                   # errors and warnings, a list of Problem
    parse_expression(text).condition(names)                  # closed arithmetic; ExpressionError tells the column
    Draws(seed).at("brain", seat, turn).uniform()            # named draws: .integer, .choice, .shuffle, .weighted
"""

from __future__ import annotations

from scenarios.arithmetic import Expression, Option, parse_expression
from scenarios.check import Problem, check_scenario
from scenarios.draws import Draw, Draws
from scenarios.editors import scenario_json_schema
from scenarios.grammar import ExpressionError
from scenarios.issues import (
    DividedIssue,
    Issue,
    NumberIssue,
    OptionIssue,
    TermsError,
    index_of,
    parse_terms,
    render_terms,
    terms_at,
)
from scenarios.load import ScenarioSource, list_scenarios, load_scenario, scenario_from_data
from scenarios.measures import Measures, measure
from scenarios.payoffs import payoff_of, payoffs
from scenarios.schema import (
    Agreement,
    Budget,
    End,
    Happening,
    Opening,
    Participant,
    Phase,
    Proposal,
    Question,
    Quorum,
    Repeat,
    Study,
    Thread,
)
from scenarios.settings import set_path
from scenarios.situation import Situation
from scenarios.space import Space
from scenarios.speaking import FIXED, Policy
from scenarios.stages import every, moment

__all__ = [
    "FIXED",
    "Agreement",
    "Budget",
    "DividedIssue",
    "Draw",
    "Draws",
    "End",
    "Expression",
    "ExpressionError",
    "Happening",
    "Issue",
    "Measures",
    "NumberIssue",
    "Opening",
    "Option",
    "OptionIssue",
    "Participant",
    "Phase",
    "Policy",
    "Problem",
    "Proposal",
    "Question",
    "Quorum",
    "Repeat",
    "ScenarioSource",
    "Situation",
    "Space",
    "Study",
    "TermsError",
    "Thread",
    "check_scenario",
    "every",
    "index_of",
    "list_scenarios",
    "load_scenario",
    "measure",
    "moment",
    "parse_expression",
    "parse_terms",
    "payoff_of",
    "payoffs",
    "render_terms",
    "scenario_from_data",
    "scenario_json_schema",
    "set_path",
    "terms_at",
]
