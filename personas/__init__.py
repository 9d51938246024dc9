"""Who speaks: the persona schema, the loader, the library; and how a YAML document is read with its places."""

from __future__ import annotations

from .documents import Document, parse_document, read_document
from .loading import LoadedPersona, list_personas, load_persona
from .schema import OCCASIONS, Occasion, Persona, fill_phrase
from .validation import Mistake, validate

__all__ = [
    "OCCASIONS",
    "Document",
    "LoadedPersona",
    "Mistake",
    "Occasion",
    "Persona",
    "fill_phrase",
    "list_personas",
    "load_persona",
    "parse_document",
    "read_document",
    "validate",
]
