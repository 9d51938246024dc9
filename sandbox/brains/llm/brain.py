"""The brain that asks a language model what to say and do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from moot_errors import WrongUse
from sandbox.brains.llm.acts import Form, schema_for, tools_for
from sandbox.brains.llm.answers import LONGEST, read_answer
from sandbox.brains.llm.contexts import due, shown
from sandbox.brains.llm.loose import without_thoughts
from sandbox.brains.llm.moment import acts_now, is_asked, moment_values
from sandbox.brains.llm.said import Told, summary_line
from sandbox.brains.llm.spec import LlmSpec, Prompts, read_llm
from sandbox.brains.llm.standing import form_of, standing_values
from sandbox.brains.llm.tasks import read_task, schema_of, tools_of
from sandbox.brains.llm.templates import load_template
from sandbox.models.types import ChatMessage, Request, TextPart
from sandbox.view import Ask, Known, Reply, View
from transcripts import MODERATOR, Note


class LlmBrain:
    """Ask a model.  What it keeps between turns is only what it has written down already, to write it once."""

    def __init__(self, spec: LlmSpec, known: Known) -> None:
        self.spec = spec
        self.known = known
        self.form = form_of(known, spec.acts)
        self._system_template = load_template(_system_of(spec, known), "system")
        self._turn = load_template(spec.prompt.turn, "turn")
        self._summary = load_template(spec.prompt.summary, "summary")
        self._told: dict[str, Told] = {}

    async def reply(self, view: View) -> Reply:
        """Ask, and read the answer.

        Raises Unusable where it cannot be read, Refusing where there is none, and ModelError where the call failed.
        """
        if view.ask is None:
            raise WrongUse(f"{self.known.seat} is decided by a model, and there is nobody to ask")
        if is_asked(view):
            answer = await view.ask(self.spec.model, self.request(view), purpose=view.task.kind)
            return Reply(act=read_task(answer, view.task, self.known.seat))
        note = await self._summarise(view, view.ask)
        answer = await view.ask(self.spec.model, self.request(view, note), purpose="speak")
        return replace(read_answer(answer, self.known, view.thread, self._form(view)), note=note)

    def request(self, view: View, note: Note | None = None) -> Request:
        """Write the request of a turn; `note` is a summary that was made for this very turn."""
        notes = {**view.notes, view.thread.name: note} if note else view.notes
        said: list[TextPart] = []
        for name in view.threads:
            said += shown(self.spec.context, self._follow(view, name), notes.get(name), self._window(view, name))
        now = self._turn.fill(moment_values(view, self._form(view)))
        return Request(
            messages=self._messages(said, now),
            **self._acts(view),
            temperature=self.spec.temperature,
            top_p=self.spec.top_p,
            max_tokens=self.spec.max_tokens,
            seed=self._seed(view, view.task.kind if is_asked(view) else "speak"),
        )

    def _form(self, view: View) -> Form:
        """Say how the model is to answer this time."""
        aside = view.task.kind != "talk" or view.thread.opened_by is not None
        if self.form == "talk" and aside:
            return "json" if self.spec.acts in ("json", "text") else "tools"
        return self.form

    def _window(self, view: View, name: str) -> int | None:
        """Say how many of the last messages of a thread its members see; None for all."""
        windows = self.known.windows
        return windows.get(name, windows.get(view.threads[name].form))

    def _acts(self, view: View) -> dict[str, Any]:
        """Choose how acts are asked for, or whatever else is asked."""
        match self._form(view):
            case "tools":
                choice = "required" if self.spec.acts == "tools" else "auto"
                tools = tools_of(view.task) if is_asked(view) else tools_for(self.known, acts_now(view))
                return {"tools": tools, "tool_choice": choice}
            case "json" if self.spec.acts == "json":
                return {"format": schema_of(view.task) if is_asked(view) else schema_for(self.known, acts_now(view))}
            case _:
                return {}

    async def _summarise(self, view: View, ask: Ask) -> Note | None:
        """Sum up the older messages of the thread, when it is time.

        Not again where this turn's answer was not let pass: all messages since the last summary are shown then.
        """
        summary = self.spec.context.summary
        told, note = self._follow(view, view.thread.name), view.notes.get(view.thread.name)
        if self._window(view, view.thread.name) is not None:
            return None
        if summary is None or view.refusals or (upto := due(summary, told, note)) is None:
            return None
        before = [TextPart(kind="text", text=summary_line(view.thread, note))] if note else []
        first = note.upto if note else 0
        wish = {"seat": self.known.seat, "thread": view.thread.name, "from": str(first + 1), "upto": str(upto)}
        request = Request(
            messages=self._messages([*before, *told.parts[first:upto]], self._summary.fill(wish)),
            seed=self._seed(view, "summarise"),
        )
        answer = await ask(self.spec.model, request, purpose="summarise")
        text = without_thoughts(answer.text).strip()
        usable = text and answer.stop not in ("refusal", "filtered") and len(text) <= LONGEST
        return Note(upto, text) if usable else None

    def _messages(self, said: list[TextPart], now: str) -> tuple[ChatMessage, ...]:
        last = TextPart(kind="text", text=f"\n{now}" if said else now)
        # Not checked again: what was said is made of parts that were checked when each was new.
        return self._system, ChatMessage.model_construct(role="user", content=(*said, last))

    @cached_property
    def _system(self) -> ChatMessage:
        values = standing_values(self.known, self.spec.acts, self.spec.context)
        return ChatMessage(role="system", content=self._system_template.fill(values))

    def _follow(self, view: View, name: str) -> Told:
        thread = view.threads[name]
        told = self._told.get(name)
        if told is None or told.thread is not thread:
            told = self._told[name] = Told(thread, self.known.render)
        return told.follow()

    def _seed(self, view: View, purpose: str) -> int | None:
        if self.spec.seed is True:
            return view.draw("model", purpose).integer(0, 2**31 - 1)
        return self.spec.seed


def _system_of(spec: LlmSpec, known: Known) -> str:
    """Choose the template of the system prompt: somebody who only says who speaks next is told other things."""
    default = spec.prompt.system == Prompts().system
    return "moderator" if default and known.seat == MODERATOR else spec.prompt.system


def make_llm(mapping: Mapping[str, Any], known: Known) -> LlmBrain:
    """Make an LLM brain from its mapping; raises BrainError."""
    return LlmBrain(read_llm(mapping), known)
