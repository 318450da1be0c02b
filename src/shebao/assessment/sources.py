"""The registry of sources: by which query of the record each input of the law is filled.

An input has one source.  A room above this one registers the sources of its own tables when it starts; what stands in
the rooms below is declared in record.py.  A query is the same for one person and for a city: it is asked for the
persons of `%(persons)s`, as things were on the day `%(on)s`, as known at the moment `%(known)s`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shebao.law import the_law


@dataclass(frozen=True)
class Source:
    """A query that fills some inputs.

    columns: name of an input -> SQL of a whole number, null where the record has none.  rest: the SQL from FROM on.
    person: SQL of the person's number.  history: the rows make up this history of the person, in the query's order;
    otherwise there is one row of a person, or none.
    """

    columns: Mapping[str, str]
    rest: str
    person: str = "t.person_id"
    history: str = ""


class SourceError(ValueError):
    """A source that cannot be registered."""


_REGISTERED: list[Source] = []


def register(*sources: Source) -> None:
    """Adds sources.  Raises SourceError for an input that the law does not have, or that has a source already."""
    for source in sources:
        taken = {name for one in _REGISTERED for name in one.columns}
        for name in source.columns:
            given = the_law().inputs.get(name)
            if given is None:
                raise SourceError(f"the law has no input {name}{the_law().nearest(name)}")
            if given.history != source.history:
                raise SourceError(f"{name} is of the history {given.history!r}, not of {source.history!r}")
            if name in taken:
                raise SourceError(f"{name} has a source already")
        _REGISTERED.append(source)


def registered(wanted: Iterable[str]) -> list[Source]:
    """The sources of these inputs."""
    names = set(wanted)
    return [source for source in _REGISTERED if names & set(source.columns)]


def filled() -> set[str]:
    """The inputs that have a source."""
    return {name for source in _REGISTERED for name in source.columns}
