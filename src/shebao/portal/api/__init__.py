"""The API: what the pages do, for programs.  A module for each audience; what they share stands in `core`."""

from __future__ import annotations

from shebao.portal.api import citizen, city, claims, employer, law, medical, persons
from shebao.portal.api.core import api

__all__ = ["api"]

for prefix, module in (
    ("/persons", persons),
    ("/claims", claims),
    ("/employer", employer),
    ("/me", citizen),
    ("/city", city),
    ("/law", law),
    ("/medical", medical),
):
    api.add_router(prefix, module.router)
