"""A model with others behind it: when it has failed for good, the next one answers."""

from __future__ import annotations

import time
from collections.abc import Sequence

from .errors import ModelError
from .types import Attempt, Model, OnText, Request, Served


class Chain:
    """Answer with the first model that can; the reply names its profile and holds the attempts of all.

    An error that must be mended (a refused key, a wrong address or request) ends the chain: another model's answer
    would only hide it.
    """

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = tuple(models)

    @property
    def name(self) -> str:
        return self._models[0].name

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Served:
        """Answer a request; raises the last model's error, with the attempts of all."""
        began = time.monotonic()
        attempts: list[Attempt] = []
        *others, last = self._models
        for model in others:
            try:
                reply = await model.create(request, on_text=on_text)
            except ModelError as error:
                attempts.extend(error.attempts)
                if not error.falls_back:
                    error.attempts = tuple(attempts)
                    raise
                if on_text:
                    on_text("")
            else:
                return _with(reply, attempts, began)
        try:
            reply = await last.create(request, on_text=on_text)
        except ModelError as error:
            error.attempts = (*attempts, *error.attempts)
            raise
        return _with(reply, attempts, began)


def _with(reply: Served, before: list[Attempt], began: float) -> Served:
    if not before:
        return reply
    took = round(time.monotonic() - began, 6)
    return reply.model_copy(update={"attempts": (*before, *reply.attempts), "took": took})
