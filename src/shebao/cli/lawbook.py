"""What `shebao law` shows: programmes, one name's page, the columns of a file, what differs between two days."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Column, Table
from rich.text import Text

from shebao.cli.terminal import Lang
from shebao.files.inputs import columns_of
from shebao.rules.cases import FILE, Case, load_cases
from shebao.rules.changes import Change, RuleChange, key_of
from shebao.rules.coverage import ENTERED, FALSE, REFUSES, RETURNS, SKIPPED, TRUE, Coverage
from shebao.rules.declare import Input, Missing
from shebao.rules.graph import reads
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Kind, date_of
from shebao.rules.law import Law, Variable, Version
from shebao.rules.parameters import APPROX, Parameter
from shebao.rules.values import display, write

FORMATS = (
    "YAML、JSON：一人为一个对象，金额以元写（1234.56），日期写作2010-03-05；经历（如contributions）为行的列表。\n"
    "CSV：一人一行，表头为列名或中文名；经历列写该列表的JSON。Excel：第一张表一人一行，经历另立同名工作表，以person_id对应。\n"
    "Parquet：整数为最小单位（金额为分），另可用decimal、double或文本书写值；经历为列表列contributions_year等。\n"
    "person_id标识一人；id_number为公民身份号码，有则校验；name为姓名，只用于通知书。",
    "YAML, JSON: a person is an object, amounts in yuan (1234.56), days as 2010-03-05; a history (contributions) is a "
    "list of rows.\n"
    "CSV: a row for each person under these names or the Chinese ones; a history's cell holds that list as JSON. "
    "Excel: the first sheet has a row for each person; a history has a sheet of its name, with person_id.\n"
    "Parquet: integers in the smallest unit (money in fen), or decimal, double or text as written; a history is list "
    "columns such as contributions_year.\n"
    "person_id says who a row is about; id_number, the citizen's identity number, is checked where it stands; name is "
    "for letters only.",
)


@dataclass(frozen=True)
class Programme:
    """A folder of the law that has rules, figures, inputs or worked cases."""

    name: str
    package: str
    folder: Path

    @property
    def text(self) -> str:
        """What its package says of itself."""
        return (sys.modules[self.package].__doc__ or "").strip()

    def parameters(self, law: Law) -> list[Parameter]:
        """Those that stand in it."""
        file = (self.folder / "parameters.yaml").as_posix()
        return [p for p in law.parameters.values() if p.figures and file.endswith("/" + p.origin)]

    def cases(self, law: Law) -> list[Case]:
        """Its worked cases.  Raises CaseError."""
        return load_cases(self.folder / FILE, law) if (self.folder / FILE).exists() else []

    def has_rules(self, law: Law) -> bool:
        return any(self.owns(v.rule.function.__module__) for v in law.variables.values())

    def owns(self, module: str) -> bool:
        """Whether a module of that name lies in it."""
        return module == self.package or module.startswith(self.package + ".")


def programmes(law: Law) -> list[Programme]:
    """The folders of the law in which rules, inputs, figures or worked cases stand, by name."""
    used = {v.rule.function.__module__.rpartition(".")[0] for v in law.variables.values()}
    used |= {v.rule.function.__module__ for v in law.variables.values()}
    found = [Programme(n.rpartition(".")[2], n, f) for n, f in law.folders.items()]
    return sorted(
        (p for p in found if p.package in used or p.parameters(law) or (p.folder / FILE).exists()),
        key=lambda p: p.package,
    )


def title_of(named: Variable | Parameter | Input, lang: Lang) -> str:
    return lang.say(named.zh, named.en)


def written(kind: Kind, value: int, lang: Lang) -> str:
    return display(kind, value, lang.value)


def until(day: int) -> str:
    """The last day of something, empty when it is open."""
    return "" if day >= LAST_DAY else date_of(day).isoformat()


def since(day: int) -> str:
    return "" if day <= FIRST_DAY else date_of(day).isoformat()


def programme_tables(law: Law, programme: Programme, lang: Lang, figures: bool) -> list[RenderableType]:
    """The variables of a programme; its parameters too where asked for, else their number."""
    heads = (("变量", "variable"), ("名称", "name"), ("种类", "kind"), ("起", "from"), ("依据", "clause"), ("", ""))
    table = Table(*(Column(lang.say(*h), overflow="fold", no_wrap=not k) for k, h in enumerate(heads)))  # names whole
    for variable in law.variables.values():
        if programme.owns(variable.rule.function.__module__):
            first = since(variable.versions[0].rule.since)
            cells = (title_of(variable, lang), str(variable.kind), first, variable.rule.cites)
            table.add_row(variable.name, *map(escape, cells), _unsure(lang) if _approx(variable) else "")
    parts: list[RenderableType] = [Text.assemble((programme.name, "bold"), f"  {programme.text.splitlines()[0]}")]
    if table.row_count:
        parts.append(table)
    found = programme.parameters(law)
    if figures and found:
        heads = (("参数", "parameter"), ("名称", "name"), ("种类", "kind"), ("起", "from"), ("止", "to"), ("", ""))
        table = Table(*(lang.say(*h) for h in heads))
        for p in found:
            starts, ends = min(f.start for f in p.figures), max(f.end for f in p.figures)
            span = (str(starts), str(ends)) if p.yearly else (since(starts), until(ends))
            unsure = _unsure(lang) if p.has_approx else ""
            table.add_row(p.name, escape(title_of(p, lang)), str(p.kind), *span, unsure)
        parts.append(table)
    elif found:
        parts.append(Text(lang.say(f"{len(found)}个参数", f"{len(found)} parameters"), "dim"))
    return [*parts, Text()]


def _unsure(lang: Lang) -> str:
    return f"[yellow]{lang.say('未核实', 'approx')}[/]"


def _approx(variable: Variable) -> bool:
    return any(version.rule.confidence == APPROX for version in variable.versions)


# ---------------------------------------------------------------- one name's page
def page(law: Law, name: str, lang: Lang) -> RenderableType:
    """Everything about a variable, parameter or input."""
    parts: list[RenderableType]
    if name in law.variables:
        parts = _variable_page(law, law.variables[name], lang)
    elif name in law.parameters:
        parts = _parameter_page(law.parameters[name], lang)
    else:
        parts = [inputs_text([described(law.inputs[name])], lang)]
    users = [v.name for v in law.variables.values() if name in reads(v)]
    if users:
        parts.append(_line(lang.say("用于", "needed by"), ", ".join(users)))
    return Group(*parts)


def _line(label: str, text: str) -> Text:
    return Text.assemble((f"{label}: ", "dim"), text)


def _variable_page(law: Law, variable: Variable, lang: Lang) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text.assemble((variable.name, "bold"), f"  {variable.zh}  {variable.en}  ", (str(variable.kind), "cyan"))
    ]
    for version in variable.versions:
        rule = version.rule
        span = f"{since(rule.since) or '…'} – {until(rule.until) or '…'}"
        parts += [Text(), Text(span, "bold"), _line(lang.say("依据", "clause"), f"{rule.cites}  [{rule.confidence}]")]
        if rule.dated_by != "benefit_day":
            parts.append(_line(lang.say("以何日的规定为准", "dated by"), rule.dated_by))
        if rule.formula:
            parts.append(_line(lang.say("公式", "formula"), rule.formula))
        if rule.note:
            parts.append(_line(lang.say("说明", "note"), rule.note))
        parts.append(Syntax(inspect.getsource(rule.function), "python", background_color="default", word_wrap=True))
    needs = {
        kind: [n for n in reads(variable) if n in names]
        for kind, names in (
            (lang.say("所需变量", "variables"), law.variables),
            (lang.say("所需参数", "parameters"), law.parameters),
            (lang.say("所需事实", "inputs"), law.inputs),
        )
    }
    parts += [_line(kind, ", ".join(names)) for kind, names in needs.items() if names]
    return parts


def _parameter_page(parameter: Parameter, lang: Lang) -> list[RenderableType]:
    head = Text.assemble((parameter.name, "bold"), f"  {parameter.zh}  {parameter.en}  ", (str(parameter.kind), "cyan"))
    parts: list[RenderableType] = [head]
    if parameter.note:
        parts.append(_line(lang.say("说明", "note"), parameter.note))
    heads = (("起", "from"), ("止", "to"), ("", ""), ("数值", "value"), ("文件", "document"), ("条款", "clause"))
    table = Table(*(lang.say(*h) for h in heads), lang.say("可信度", "confidence"))
    for figure in parameter.figures:
        if parameter.yearly:
            span = (str(figure.start), "" if figure.end == figure.start else str(figure.end))
        else:
            span = (since(figure.start), until(figure.end))
        value = written(parameter.kind, figure.value, lang)
        cells = (*span, key_of(parameter, figure), value, figure.doc or figure.source, figure.clause)
        style = "yellow" if figure.confidence == APPROX else ""
        table.add_row(*map(escape, cells), figure.confidence, style=style)
    return [*parts, table]


# ---------------------------------------------------------------- the columns of a file
_SAMPLES = {
    "fen": ("1234.56", "int64, fen"),
    "ratio4": ("0.0812, 8.12%", "int64, 1/10000"),
    "ratio6": ("0.081234", "int64, 1/1000000"),
}
_FORMS = {
    "day": ("2010-03-05", "date32"),
    "flag": ("true/false, 是/否", "bool"),
    "mask": ("1-12; 1,3,5-7", "int64, bit 0 = January"),
    "year": ("2010", "int64"),
    "month": ("1 ... 12", "int64"),
}


def described(given: Input) -> dict[str, Any]:
    """A column as plain values: name, zh, en, kind, unit, range, codes, empty, text, parquet, history, note."""
    kind = given.kind
    text, parquet = _SAMPLES.get(kind.name) or _FORMS.get(kind.form) or ("123", "int64")
    if kind.scale > 1 and kind.name not in _SAMPLES:
        text, parquet = "1234.56", f"int64, 1/{kind.scale}"
    codes = {code.name.lower(): [int(code), code.zh, code.en] for code in kind.codes} if kind.codes else {}
    if codes:
        text, parquet = ", ".join(codes), "int64 / text"
    low, high = given.range
    column = columns_of([given])[0]
    missing = given.missing
    return {
        "name": given.name,
        "zh": given.zh,
        "en": given.en,
        "kind": kind.name,
        "unit": [kind.zh, kind.en] if kind.form == "number" else ["", ""],
        "range": ["", ""] if codes or kind.form in ("flag", "mask") else [write(kind, low), write(kind, high)],
        "codes": codes,
        "empty": missing.value if isinstance(missing, Missing) else write(kind, missing),
        "text": text,
        "parquet": f"list of {parquet}" if given.history else parquet,
        "history": [given.history, column.field] if given.history else [],
        "of": given.of,
        "note": given.note,
    }


def inputs_text(found: Sequence[dict[str, Any]], lang: Lang) -> Text:
    """The columns of a file: how each is written and what an empty cell means."""
    text = Text()
    words = {"row": ("该行不能计算", "the row is refused"), "use": ("用到时不能计算", "refused where it is needed")}
    for one in found:
        text.append(one["name"], "bold")
        text.append(f"  {one['zh']}  {one['en']}\n")
        kind = " ".join(filter(None, (one["kind"], lang.say(*one["unit"]))))
        low, high = one["range"]
        lines = {
            lang.say("种类", "kind"): f"{kind}   {low} – {high}" if low or high else kind,
            lang.say("写法", "written"): one["text"],
            "Parquet": one["parquet"],
            lang.say("空白", "empty"): lang.say(*words.get(one["empty"], (one["empty"], one["empty"]))),
        }
        if one["codes"]:
            names = (f"{name} {number} {lang.say(zh, en)}" for name, (number, zh, en) in one["codes"].items())
            lines[lang.say("写法", "written")] = "; ".join(names)
        if one["history"]:
            lines[lang.say("经历", "history")] = ".".join(one["history"])
        if one["note"]:
            lines[lang.say("说明", "note")] = one["note"]
        for label, said in lines.items():
            text.append(f"    {label}: ", "dim")
            text.append(f"{said}\n")
    return text


# ---------------------------------------------------------------- what differs between two days
def rules_table(law: Law, changes: Sequence[RuleChange], lang: Lang) -> Table:
    """What each change of a rule replaces by what, and on which day."""
    heads = (("规定", "rule"), ("日期", "day"), ("此前", "before"), ("自此", "from then"))
    table = Table(*(lang.say(*h) for h in heads), title=lang.say("规定的变化", "rules"))
    for name, day, *versions in changes:
        label = f"{name}\n{title_of(law.variables[name], lang)}"
        cells = (escape("—" if v is None else _said(v)) for v in versions)
        table.add_row(escape(label), date_of(day).isoformat(), *cells)
    return table


def _said(version: Version) -> str:
    """Document and clause of a rule, and what it says: its first line, and the note on it."""
    first, _, _ = version.rule.text.partition("\n")
    return "\n".join(filter(None, (version.rule.cites, first, version.rule.note)))


def figures_table(changes: Sequence[Change], first: int, second: int, lang: Lang) -> Table:
    """The figures on both days and between, with their documents."""
    begin, end = (date_of(day).isoformat() for day in (first, second))
    heads = (begin, lang.say("其间", "between"), end, lang.say("依据", "document"))
    table = Table(lang.say("数值", "figure"), *heads, title=lang.say("数值的变化", "figures"))
    for change in changes:
        parameter = change.parameter
        label = f"{parameter.name} {change.key}".strip() + f"\n{title_of(parameter, lang)}"
        before, after = (written(parameter.kind, f.value, lang) if f else "—" for f in change.figures)
        between = "\n".join(written(parameter.kind, f.value, lang) for f in change.between)
        table.add_row(escape(label), before, between, after, escape(" → ".join(change.documents)))
    return table


# ---------------------------------------------------------------- what the worked cases reach
SIDES = {
    TRUE: ("从未成立", "never holds"),
    FALSE: ("从未不成立", "never fails"),
    ENTERED: ("从未循环", "never entered"),
    SKIPPED: ("从未跳过", "never skipped"),
    RETURNS: ("从未到达", "never reached"),
    REFUSES: ("从未到达", "never reached"),
}


def coverage_table(found: Coverage, programmes: Sequence[Programme], lang: Lang) -> Table:
    """By programme: its branches, how many the cases reach, and in percent, rounded down."""
    heads = (("规则版本", "versions"), ("已算", "computed"), ("分支", "branches"), ("已达", "reached"), ("%", "%"))
    table = Table(lang.say("项目", "programme"), *(Column(lang.say(*h), justify="right") for h in heads))
    for programme in programmes:
        part = found.of(programme.owns)
        versions = part.versions
        count = len(part.branches)
        reached = count - len(part.missing)
        numbers = (len(versions), sum(map(part.runs, versions)), count, reached)
        table.add_row(programme.name, *map(str, numbers), str(100 * reached // count) if count else "")
    return table


def missing_lines(found: Coverage, lang: Lang) -> Iterator[str]:
    """What no case reaches, a line each: file:line, function, condition, side.  A function never run is one line."""
    told: set[tuple[str, str]] = set()
    for branch in found.missing:
        function = branch.module, branch.function
        file = Path(branch.file)
        place = f"{file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}:{branch.line}"
        if found.runs(function):
            yield f"{place}: {branch.function}: {lang.say(*SIDES[branch.side])}: {branch.text}"
        elif function not in told:
            told.add(function)
            yield f"{place}: {branch.function}: {lang.say('没有算例用到', 'no case runs it')}"
