"""Compiled rules are kept by content: made once, loaded by other processes, made anew when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from laws import agreement, law_of

from shebao.rules import kernel as kernels
from shebao.rules import parameters
from shebao.rules.compile import Compiled, Program
from shebao.rules.kernel import Kernel, cache_folder, cache_key
from shebao.rules.law import Law

TEXT = """
INPUTS = [Input("x", Count, "x", "x", 0, 100), Input("own_day", Day, "d", "d")]


@law
def taken(x: Count, rate: Count) -> Count:
    return x * rate


@rule(zh="z", en="e", cites="c", until="2005-12-31", dated_by="own_day", variable="old")
def old_until(x: Count) -> Count:
    return x + 1


@rule(zh="z", en="e", cites="c", since="2006-01-01", dated_by="own_day", variable="old")
def old_since(x: Count, by_key: Table[Count]) -> Count:
    return by_key[x]
"""
FIGURES = """
rate: {zh: 率, en: rate, kind: count, range: [0, 9], doc: d, confidence: known, dated: [{from: 1900-01-01, value: 2}]}
by_key: {zh: 表, en: table, kind: count, range: [0, 9], by: count, keys: [0, 9], doc: d, confidence: known, dated: [
  {from: 1900-01-01, values: {0: 1, 1: 2}}]}
"""
PEOPLE = [{"x": x, "own_day": d} for x in (0, 1, 5, 50) for d in (0, 13_148, 13_149, 20_000)]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A list that grows by one each time that a plan is compiled."""
    times: list[bool] = []
    run = Program.run

    def counted(self: Program) -> Compiled:
        times.append(self.sure)
        return run(self)

    monkeypatch.setattr(Program, "run", counted)
    return times


def kernel(cache: Path, text: str = TEXT, figures: str = FIGURES) -> Kernel:
    law = law_of(text, figures)
    return Kernel(law.plan(list(law.variables)), cache)


def used(kernel: Kernel) -> None:
    """Runs it and compares it with CPython."""
    assert agreement(kernel, PEOPLE, on=0)["decided"] > len(PEOPLE)


def test_a_second_kernel_compiles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kernel(tmp_path)
    used(first)

    def fails(self: Program) -> Compiled:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Program, "run", fails)
    second = kernel(tmp_path)
    used(second)
    assert second.checks == first.checks
    with pytest.raises(AssertionError, match="compiled again"):
        used(kernel(tmp_path / "another"))


def test_one_object_for_each_variant(tmp_path: Path, compiled: list[bool]) -> None:
    made = kernel(tmp_path)
    for sure in (True, False, True):
        made.variant(sure)
    assert compiled == [True, False]
    assert len(list(tmp_path.glob("*.o"))) == len(list(tmp_path.glob("*.json"))) == 2
    assert len(list(tmp_path.iterdir())) == 4  # nothing half written is left


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    path.write_text("[1, 2]")


def without_layout(path: Path) -> None:
    facts = json.loads(path.read_text())
    del facts["layout"]
    path.write_text(json.dumps(facts))


SPOILT = [
    *[("o", spoil) for spoil in (cut, turned, emptied, removed, replaced)],
    *[("json", spoil) for spoil in (cut, emptied, removed, replaced, without_layout)],
]


@pytest.mark.parametrize(("suffix", "spoil"), SPOILT)
def test_a_spoilt_cache_is_made_anew(
    suffix: str, spoil: Callable[[Path], None], tmp_path: Path, compiled: list[bool]
) -> None:
    used(kernel(tmp_path))
    assert len(compiled) == 1
    (path,) = tmp_path.glob(f"*.{suffix}")
    spoil(path)
    used(kernel(tmp_path))
    assert len(compiled) == 2
    used(kernel(tmp_path))
    assert len(compiled) == 2


def test_a_cache_that_cannot_be_written(tmp_path: Path, compiled: list[bool]) -> None:
    (tmp_path / "file").write_text("in the way")
    for _ in range(2):
        used(kernel(tmp_path / "file" / "cache"))
    assert len(compiled) == 2


def test_new_figures_compile_nothing(tmp_path: Path, compiled: list[bool]) -> None:
    before = kernel(tmp_path)
    used(before)
    changed = parameters.overlay(
        before.plan.law.parameters,
        "parameters:\n  rate: {dated: [{from: 1900-01-01, value: 7}]}\n"
        "  by_key: {dated: [{from: 2007-01-01, values: {0: 5, 9: 9}}]}\n",
    )
    law = before.plan.law.with_parameters(changed)
    after = Kernel(law.plan(list(law.variables)), tmp_path)
    used(after)
    assert len(compiled) == 1
    assert cache_key(before.plan, False) == cache_key(after.plan, False)
    assert law.fingerprint != before.plan.law.fingerprint


OTHERS = {
    "a rule": (TEXT.replace("x * rate", "x + rate"), FIGURES),
    "a day": (TEXT.replace("2005-12-31", "2004-12-31").replace("2006-01-01", "2005-01-01"), FIGURES),
    "a range of an input": (TEXT.replace("0, 100", "0, 101"), FIGURES),
    "a range of a parameter": (TEXT, FIGURES.replace("[0, 9], doc", "[0, 10], doc")),
    "the keys of a table": (TEXT, FIGURES.replace("keys: [0, 9]", "keys: [0, 8]")),
    "what is missing": (TEXT.replace('"d", "d"', '"d", "d", missing=Missing.ROW'), FIGURES),
}


@pytest.mark.parametrize("what", OTHERS)
def test_another_law_is_compiled(what: str, tmp_path: Path, compiled: list[bool]) -> None:
    used(kernel(tmp_path))
    used(kernel(tmp_path, *OTHERS[what]))
    assert len(compiled) == 2


def test_another_engine_or_processor_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = kernel(tmp_path).plan
    key = cache_key(plan, False)
    assert key != cache_key(plan, True)
    assert key != cache_key(plan.law.plan(["taken"]), False)
    assert key == cache_key(kernel(tmp_path).plan, False)
    monkeypatch.setattr(kernels, "_engine_sources", lambda: b"another")
    assert cache_key(plan, False) != key
    monkeypatch.undo()
    monkeypatch.setattr(kernels.llvm, "get_host_cpu_name", lambda: "another")
    assert cache_key(plan, False) != key


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHEBAO_CACHE", str(tmp_path / "a"))
    assert cache_folder() == tmp_path / "a"
    monkeypatch.delenv("SHEBAO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert cache_folder() == tmp_path / "b" / "shebao"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "shebao"


SECOND_PROCESS = """
import sys
from pathlib import Path
import small_law
from shebao.rules import kernel
from shebao.rules.compile import Program
if sys.argv[2] == "loads":
    def fails(self):
        raise AssertionError("compiled again")
    Program.run = fails
made = kernel.Kernel(small_law.LAW.plan(small_law.ALL), Path(sys.argv[1]))
made.variant(True), made.variant(False)
"""


def test_another_process_loads_what_the_first_made(tmp_path: Path) -> None:
    """The key is the same in each process: no order of a set, no address is in it."""
    for seed, what in (("1", "compiles"), ("2", "loads")):
        path = os.pathsep.join([*sys.path, str(Path(__file__).parent)])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        command = [sys.executable, "-c", SECOND_PROCESS, str(tmp_path), what]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
    assert len(list(tmp_path.glob("*.o"))) == 2


def test_laws_of_modules_without_text_cannot_be_mistaken() -> None:
    """The law's own sources are in its key."""
    one, two = law_of(TEXT, FIGURES), law_of(TEXT.replace("x + 1", "x + 2"), FIGURES)
    assert isinstance(one, Law)
    assert one.sources != two.sources
