"""Settings of all tests: how hard hypothesis looks, and a cache of compiled rules that belongs to the run alone."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# No deadline: what a slow machine does says nothing about the rules.  CI draws the same examples each time, so that a
# change and nothing else decides; at a desk they are new each time.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_configure(config: pytest.Config) -> None:
    """One cache for the run and the processes that it starts; it goes when the run ends."""
    if "SHEBAO_CACHE" not in os.environ:
        cache = tempfile.TemporaryDirectory(prefix="shebao-tests-")
        os.environ["SHEBAO_CACHE"] = cache.name
        config.add_cleanup(cache.cleanup)
