"""Guards: what holds back a message that the rules let pass, and what is done about it.

`read_guards` makes the guards of one run of what its situation says; `settle_guards` makes a situation say all of it,
so that the transcript needs no file to play it again.
"""

from __future__ import annotations

from sandbox.guards.editors import guard_json_schema
from sandbox.guards.guard import Guard, GuardFactory, Stopped, Unjudged
from sandbox.guards.program import changed_guards
from sandbox.guards.reading import guard_kinds, read_guards, settle_guards
from sandbox.guards.run import Guards
from sandbox.guards.steps import End, Escalation, Fallback, Forfeit, Person, Step

__all__ = [
    "End",
    "Escalation",
    "Fallback",
    "Forfeit",
    "Guard",
    "GuardFactory",
    "Guards",
    "Person",
    "Step",
    "Stopped",
    "Unjudged",
    "changed_guards",
    "guard_json_schema",
    "guard_kinds",
    "read_guards",
    "settle_guards",
]
