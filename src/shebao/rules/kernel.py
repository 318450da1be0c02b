"""Machine code of a plan: made once, kept by content, run over columns on threads of Python.

The rules are compiled through llvmlite into memory; a second process loads the object from the cache.  Parameters are
arguments of each run, so new figures compile nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

from shebao.rules import parameters as parameter_files
from shebao.rules.compile import Compiled, Layout, Program, StayingCheck
from shebao.rules.declare import BENEFIT_DAY, PERSON
from shebao.rules.graph import Plan
from shebao.rules.kinds import INT64_MIN
from shebao.rules.parameters import Encoded
from shebao.rules.rulecode import OWN_DAY

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
CHUNK = 16_384  # rows of one call: small enough to share out, large enough not to count the calls


@dataclass
class Frame:
    """The rows of one owner, as the machine code reads them.

    scalars: int64 of shape (rows,), flags int8; an empty cell is INT64_MIN (-128).  series: int64 elements of all rows;
    offsets: int64 of shape (rows + 1,) by history; present: int8 by history, 1 there, 0 missing, 2 unequal lengths.
    refused: a status for rows that the reader refuses already.
    """

    rows: int
    scalars: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    series: dict[str, Ints] = field(default_factory=dict)
    offsets: dict[str, Ints] = field(default_factory=dict)
    present: dict[str, npt.NDArray[np.int8]] = field(default_factory=dict)
    refused: Ints | None = None


@dataclass(frozen=True)
class Membership:
    """Who is in which group of a kind.

    group_of: the group row of each person row, -1 for none, int64 of shape (persons,).  offsets, rows: the person rows
    of each group, by index and so in any order, int64 of shapes (groups + 1,) and (members + 1,).
    """

    group_of: Ints
    offsets: Ints
    rows: Ints

    @classmethod
    def of(cls, group_of: Ints, groups: int) -> Membership:
        """From the group row of each person row.  Raises ValueError for rows that are no group's."""
        persons = len(group_of)
        if group_of.dtype != np.int64 or group_of.ndim != 1:
            raise ValueError(f"membership: int64 of one dimension is wanted, not {group_of.dtype}{group_of.shape}")
        if persons and (group_of.max() >= groups or group_of.min() < -1):
            raise ValueError(f"membership: a group row outside -1..{groups - 1}")
        group_of = np.ascontiguousarray(group_of)
        offsets = np.zeros(groups + 1, np.int64)
        counts = np.bincount(group_of + 1, minlength=groups + 1)
        np.cumsum(counts[1:], out=offsets[1:])
        if (group_of[1:] >= group_of[:-1]).all():  # adjacent already: no need to sort
            return cls(group_of, offsets, np.arange(counts[0], persons + 1))
        order = np.argsort(group_of, kind="stable").astype(np.int64)
        return cls(group_of, offsets, np.append(order[counts[0] :], 0))


@dataclass
class Result:
    """values and statuses: int64 of shape (rows of the owner,) by variable; approx: uint8 by owner, 1 where an
    approximate figure was read; reads: how often each figure was read, by parameter, shaped as it is encoded."""

    values: dict[str, Ints]
    statuses: dict[str, Ints]
    rows: dict[str, Ints]
    approx: dict[str, Bytes]
    reads: dict[str, Ints]


class Kernel:
    """Compiled code of a plan.  `run` may be called from several threads at once."""

    def __init__(self, plan: Plan, cache: Path | None = None) -> None:
        self.plan, self.cache = plan, cache
        self._variants: dict[bool, _Variant] = {}
        own_day = [v for v in plan.versions if v.rule.dated_by == BENEFIT_DAY]
        names = dict.fromkeys(a.name for v in own_day for a in v.arguments if a.form in OWN_DAY)
        self._own_day = [n for n in names if n in plan.law.parameters]

    def variant(self, sure: bool) -> _Variant:
        """The code that tests every figure at each use, or the one for days whose own figures are all certain."""
        if sure not in self._variants:
            self._variants[sure] = _Variant(self.plan, sure, self.cache)
        return self._variants[sure]

    @property
    def checks(self) -> tuple[StayingCheck, ...]:
        """The checks that the ranges could not make unnecessary."""
        return self.variant(True).program.checks

    def certain(self, figures: Mapping[str, Encoded], day: int) -> bool:
        """Whether each figure that a rule may read on the run's own day is known and certain."""
        return all(_certain(figures[name], day) for name in self._own_day)

    def run(
        self,
        frames: Mapping[str, Frame],
        membership: Mapping[str, Membership],
        figures: Mapping[str, Encoded],
        day: int,
        pool: ThreadPoolExecutor | None = None,
    ) -> Result:
        """Computes the plan for all rows.

        frames: by owner (PERSON, and each group of the plan).  membership: by kind of group.  figures: parameters as
        `encoded` gives them.
        """
        frames = {PERSON: Frame(0), **frames}
        variant = self.variant(self.certain(figures, day))
        held = _Arguments(self.plan, variant.program, frames, membership, variant.figures(figures, day))
        for k, stage in enumerate(self.plan.stages):
            function, rows = variant.stages[k], frames[stage.owner].rows
            spans = [(a, min(rows, a + CHUNK)) for a in range(0, rows, CHUNK)]

            def work(span: tuple[int, int], function: Callable[[int, int, int], None] = function) -> None:
                block = held.borrow()
                function(span[0], span[1], block.address)
                held.idle.append(block)

            if pool is not None and len(spans) > 1:
                list(pool.map(work, spans))
            else:
                for span in spans:
                    work(span)
        return held.result()


class _Variant:
    """Linked machine code of a plan: a function for each stage."""

    def __init__(self, plan: Plan, sure: bool, cache: Path | None) -> None:
        self.program, code = _obtain(plan, sure, cache)
        self._engine = _link(code)
        kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
        self.stages: list[Callable[[int, int, int], None]] = [
            kind(self._engine.get_function_address(f"stage{k}")) for k in range(len(plan.stages))
        ]
        self._laid: _Figures | None = None

    def figures(self, figures: Mapping[str, Encoded], day: int) -> _Figures:
        """The arguments that figures and day alone decide; those of the last run serve the next one like it."""
        laid = self._laid
        if laid is None or laid.figures is not figures or laid.day != day:
            laid = self._laid = _Figures(self.program, figures, day)
        return laid


class _Figures:
    """The arguments of a run that come from figures and day.  fixed: 0 for those that come from rows; rows: these."""

    def __init__(self, program: Compiled, figures: Mapping[str, Encoded], day: int) -> None:
        self.figures, self.day = figures, day
        self.keep: list[npt.NDArray[Any]] = []
        self.fixed: list[int] = []
        self.rows: list[tuple[int, str, str]] = []  # index, role, name
        self.tallies: list[tuple[int, int]] = []  # index, place of the first counter
        self.tally_places: dict[str, tuple[int, int]] = {}
        self.tally_length = 0
        for (role, name), index in program.layout.slots.items():
            self.fixed.append(0)
            match role:
                case "day":
                    self.fixed[index] = day
                case "count":
                    self.fixed[index] = len(figures[name].starts)
                case "version":
                    self.fixed[index] = _version(figures[name], day)
                case "figure":
                    self.fixed[index] = int(figures[name].values[_version(figures[name], day)])
                case "tally":  # each thread has its own
                    self.tallies.append((index, self.tally_length))
                    self.tally_places[name] = (self.tally_length, len(figures[name].values))
                    self.tally_length += len(figures[name].values)
                case "starts" | "lowers" | "marked" | "states":
                    self.fixed[index] = self._address(getattr(figures[name], role))
                case "figures":
                    self.fixed[index] = self._address(figures[name].values)
                case _:
                    self.rows.append((index, role, name))

    def _address(self, array: npt.NDArray[Any]) -> int:
        array = np.ascontiguousarray(array)
        self.keep.append(array)
        return _address(array)


def _address(array: npt.NDArray[Any]) -> int:
    """Of the first element; a third of the cost of `array.ctypes.data`."""
    return int(array.__array_interface__["data"][0])


def _version(figures: Encoded, day: int) -> int:
    """The version in force on a day; version 0 holds from the beginning of time."""
    return int(np.searchsorted(figures.starts, day, side="right")) - 1


def _certain(figures: Encoded, day: int) -> bool:
    version = _version(figures, day)
    span = slice(version * figures.width, (version + 1) * figures.width)
    return not (figures.values[span] == INT64_MIN).any()


class _Arguments:
    """The argument array of one run, and the buffers it points to."""

    def __init__(
        self,
        plan: Plan,
        program: Compiled,
        frames: Mapping[str, Frame],
        membership: Mapping[str, Membership],
        laid: _Figures,
    ) -> None:
        self.plan, self.laid = plan, laid
        self.keep: list[npt.NDArray[Any]] = []
        self.blocks: list[_Block] = []
        self.idle: list[_Block] = []
        self.values: dict[str, Ints] = {}
        self.statuses: dict[str, Ints] = {}
        owners = (PERSON, *self.plan.groups)
        self.rows: dict[str, Ints] = {o: np.zeros(max(frames[o].rows, 1), np.int64) for o in owners}
        self.approx: dict[str, Bytes] = {o: np.zeros(max(frames[o].rows, 1), np.uint8) for o in owners}
        for owner, names in program.stored.items():
            shape = (len(names), max(frames[owner].rows, 1))
            self.values.update(zip(names, np.empty(shape, np.int64), strict=True))
            self.statuses.update(zip(names, np.zeros(shape, np.int64), strict=True))
        for group in self.plan.groups:
            shape = (len(membership[group].group_of), len(membership[group].offsets) - 1)
            if shape != (frames[PERSON].rows, frames[group].rows):
                raise ValueError(
                    f"membership of {group}: {shape} persons and groups, {frames[PERSON].rows} and "
                    f"{frames[group].rows} rows are given"
                )
        inputs = self.plan.law.inputs
        self.fixed = list(laid.fixed)
        for index, role, name in laid.rows:
            array: npt.NDArray[Any]
            match role:
                case "given":
                    refused = frames[name].refused
                    if refused is None:
                        continue
                    array = _statuses(refused, frames[name].rows)
                case "input":
                    array = _column(frames[inputs[name].of], name, inputs[name].kind.form == "flag")
                case "values":
                    array = _elements(frames[inputs[name].of], name, inputs[name].history)
                case "offsets" | "present":
                    owner = next(i.of for i in inputs.values() if i.history == name)
                    array = getattr(frames[owner], role)[name]
                case "value":
                    array = self.values[name]
                case "status":
                    array = self.statuses[name]
                case "row":
                    array = self.rows[name]
                case "approx":
                    array = self.approx[name]
                case "group":
                    array = membership[name].group_of
                case "members":
                    array = membership[name].offsets
                case "rows":
                    array = membership[name].rows
                case _:
                    raise AssertionError(role)
            if not array.flags.c_contiguous:
                array = np.ascontiguousarray(array)
            self.keep.append(array)
            self.fixed[index] = _address(array)

    def borrow(self) -> _Block:
        """An argument array of the caller's own, with tallies that no other thread counts in."""
        try:
            return self.idle.pop()
        except IndexError:
            block = _Block(self)
            self.blocks.append(block)
            return block

    def result(self) -> Result:
        reads: dict[str, Ints] = {}
        total = sum((block.tally for block in self.blocks), np.zeros(1, np.int64))
        if total.any():
            for name, (start, length) in self.laid.tally_places.items():
                part = total[start : start + length]
                if part.any():
                    reads[name] = part
        return Result(self.values, self.statuses, self.rows, self.approx, reads)


class _Block:
    """One thread's argument array, and its counters of figures read."""

    def __init__(self, held: _Arguments) -> None:
        self.tally = np.zeros(max(held.laid.tally_length, 1), np.int64)
        values, first = list(held.fixed), _address(self.tally)
        for index, place in held.laid.tallies:
            values[index] = first + 8 * place
        self.array = (ctypes.c_int64 * max(len(values), 1))(*values)
        self.address = ctypes.addressof(self.array)


def _statuses(refused: Ints, rows: int) -> Ints:
    if refused.dtype != np.int64 or refused.shape != (rows,):
        raise ValueError(f"refused: {refused.dtype}{refused.shape}; int64({rows},) is wanted")
    return refused


def _column(frame: Frame, name: str, flag: bool) -> npt.NDArray[Any]:
    array = frame.scalars[name]
    if array.dtype != (np.int8 if flag else np.int64) or array.shape != (frame.rows,):
        raise ValueError(f"{name}: {array.dtype}{array.shape}; {'int8' if flag else 'int64'}({frame.rows},) is wanted")
    return array


def _elements(frame: Frame, name: str, history: str) -> npt.NDArray[Any]:
    """The elements of a history column; offsets that would lead outside are an error, not a crash."""
    array, offsets = frame.series[name], frame.offsets[history]
    if array.dtype != np.int64 or offsets.dtype != np.int64 or offsets.shape != (frame.rows + 1,):
        raise ValueError(f"{name}: int64 elements and int64 offsets of {frame.rows + 1} are wanted")
    if frame.present[history].dtype != np.int8 or frame.present[history].shape != (frame.rows,):
        raise ValueError(f"{history}: int8 marks of {frame.rows} rows are wanted")
    if offsets[0] < 0 or offsets[-1] > len(array) or (offsets[1:] < offsets[:-1]).any():
        raise ValueError(f"{name}: the offsets of {history} do not lie within its {len(array)} elements")
    return array


# ---------------------------------------------------------------- machine code
def _target() -> llvm.TargetMachine:
    """A new one each time: the engine that links code takes its target machine over and frees it."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=2, reloc="pic", codemodel="small"
    )


def machine_code(ir: str, whole: bool = True) -> bytes:
    """Optimised object code of one module of IR.

    whole: with all of LLVM's passes; else with the few that straight-line rules gain from, in a tenth of the time.
    """
    module = llvm.parse_assembly(ir)
    target = _target()
    builder = llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options(speed_level=2))
    if whole:
        passes = builder.getModulePassManager()
    else:
        passes = llvm.create_new_module_pass_manager()
        passes.add_sroa_pass()
        passes.add_simplify_cfg_pass()
        passes.add_instruction_combine_pass()
        passes.add_new_gvn_pass()
        passes.add_simplify_cfg_pass()
    passes.run(module, builder)
    return bytes(target.emit_object(module))


def _link(code: Sequence[bytes]) -> Any:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    for part in code:
        engine.add_object_file(llvm.ObjectFileRef.from_data(part))
    engine.finalize_object()
    return engine


@lru_cache(maxsize=1)
def _engine_sources() -> bytes:
    """Hash of the engine itself: another engine makes other code."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def cache_key(plan: Plan, sure: bool) -> str:
    """What the machine code depends on: sources, declarations, shapes of parameters, engine, LLVM and processor."""
    law = plan.law
    parts: list[object] = [law.sources, plan.want, sure, llvmlite.__version__, llvm.llvm_version_info]
    parts += [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    parts += [(i.name, str(i.kind), i.range, i.missing, i.of, i.history, i.max_length) for i in law.inputs.values()]
    parts += [parameter_files.shape(law.parameters[name]) for name in plan.parameters]
    parts += [(g.name, g.max_members) for g in law.groups.values()]
    parts += [(r.variable, r.since, r.until, r.dated_by, r.of) for r in plan.rules]
    return hashlib.sha256(_engine_sources() + repr(parts).encode()).hexdigest()[:32]


def cache_folder() -> Path:
    """Where compiled rules are kept: SHEBAO_CACHE, else the user's cache folder."""
    given = os.environ.get("SHEBAO_CACHE")
    return Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "shebao"


def _obtain(plan: Plan, sure: bool, cache: Path | None) -> tuple[Compiled, list[bytes]]:
    """The program and its code, from the cache or made now.  A cache that cannot be written is done without."""
    folder = cache or cache_folder()
    key = cache_key(plan, sure)
    code_file, facts_file = folder / f"{key}.o", folder / f"{key}.json"
    try:
        facts, code = json.loads(facts_file.read_text("utf8")), code_file.read_bytes()
        if hashlib.sha256(code).hexdigest() == facts["sha256"]:
            ends = list(accumulate(facts["sizes"], initial=0))
            return _program(plan, facts), [code[a:b] for a, b in pairwise(ends)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # not there, cut off, or something else
        pass
    program = Program(plan, sure).run()
    parts = [machine_code(module, whole=len(program.modules) == 1) for module in program.modules]
    facts = {
        "sha256": hashlib.sha256(b"".join(parts)).hexdigest(),
        "sizes": [len(part) for part in parts],
        "layout": [list(slot) for slot in program.layout.slots],
        "stored": {owner: list(names) for owner, names in program.stored.items()},
        "checks": [[c.rule, c.line, c.why, c.text] for c in program.checks],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(code_file, b"".join(parts))
        _write(facts_file, json.dumps(facts, ensure_ascii=False).encode())
    except OSError:
        pass
    return program, parts


def _program(plan: Plan, facts: dict[str, Any]) -> Compiled:
    layout = Layout({(role, name): k for k, (role, name) in enumerate(facts["layout"])})
    stored = {owner: tuple(names) for owner, names in facts["stored"].items()}
    return Compiled((), layout, plan.stages, stored, tuple(StayingCheck(*c) for c in facts["checks"]))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whoever else writes the same."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)


def encoded(plan: Plan, *, strict: bool = False, accepted: Sequence[str] = ()) -> dict[str, Encoded]:
    """The figures of a plan's parameters as a run takes them."""
    return {
        name: parameter_files.encode(plan.law.parameters[name], strict, frozenset(accepted)) for name in plan.parameters
    }


EMPTY = INT64_MIN
