"""The law book: a static site written from a law's rules, parameters and worked cases.  It opens without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from shebao.rules.book.articles import case_page, parameter_page, symbol, variable_page
from shebao.rules.book.chapters import index_page, parameters_page, programme_page
from shebao.rules.book.content import Content, cited
from shebao.rules.book.figures import figures_csv
from shebao.rules.book.frame import NAVIGATION, Site, document_id
from shebao.rules.book.lists import (
    approximate_page,
    calendar_page,
    codes_page,
    documents_page,
    inputs_page,
    language_page,
    names_page,
    reasons_page,
)
from shebao.rules.book.overview import overview_page
from shebao.rules.cases import Failure
from shebao.rules.law import Law
from shebao.rules.values import Problem

__all__ = ["BookReport", "build"]

LIST = "assets/files.txt"  # the files of the book, so that a later one takes away what it no longer has
ASSETS = ("book.css", "book.js")


@dataclass(frozen=True)
class BookReport:
    """What was written.  start: the first page.  files: paths in it.  failures: cases that came out otherwise."""

    start: Path
    files: tuple[str, ...]
    variables: int
    parameters: int
    inputs: int
    cases: int
    failures: tuple[Failure, ...]


def build(law: Law, out_dir: Path | str, *, progress: Callable[[int, int], None] | None = None) -> BookReport:
    """Writes the book of a law into a folder: a new or empty one, or that of an earlier book.

    progress: called with the number of files done and of all.  Raises Problem for a folder that holds something else,
    CaseError for worked cases that cannot be read.
    """
    out = Path(out_dir)
    earlier = _earlier(out)
    content = Content(law)
    pages = dict(_pages(Site(content)))
    for done, (path, text) in enumerate(pages.items(), 1):
        file = out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
        if progress:
            progress(done, len(pages))
    for path in earlier - pages.keys():
        (out / path).unlink(missing_ok=True)
    failures = tuple(f for found in content.failures.values() for f in found)
    return BookReport(
        out / "index.html",
        tuple(pages),
        len(law.variables),
        len(law.parameters),
        len(law.inputs),
        len(content.cases),
        failures,
    )


def _earlier(out: Path) -> set[str]:
    """The files of the book that stands in the folder; none for a new or empty folder."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return set()
    held = out / LIST
    if not held.is_file():
        raise Problem(
            f"{out}不是空文件夹，也不是法规手册，请换一个文件夹",
            f"{out} is neither an empty folder nor a law book; name another folder",
        )
    root = out.resolve()
    names = held.read_text("utf-8").splitlines()
    return {name for name in names if name and (root / name).resolve().is_relative_to(root)}


def _pages(site: Site) -> Iterator[tuple[str, str]]:
    """All files of the book, by path."""
    law, content = site.law, site.content
    written: list[str] = []

    def page(path: str, text: str) -> tuple[str, str]:
        written.append(path)
        return path, text

    yield page("index.html", index_page(site))
    yield page("overview.html", overview_page(site))
    yield page("parameters.html", parameters_page(site))
    yield page("inputs.html", inputs_page(site))
    yield page("documents.html", documents_page(site))
    yield page("calendar.html", calendar_page(site))
    yield page("approximate.html", approximate_page(site))
    yield page("reasons.html", reasons_page(site))
    yield page("names.html", names_page(site))
    yield page("language.html", language_page(site))
    yield page("codes.html", codes_page(site))
    for programme in content.programmes:
        yield page(site.programme(programme), programme_page(site, programme))
    for variable in law.variables.values():
        yield page(site.of(variable.name), variable_page(site, variable))
    for parameter in law.parameters.values():
        yield page(site.of(parameter.name), parameter_page(site, parameter))
        if parameter.figures:
            yield page(site.table(parameter.name), figures_csv(parameter))
    for programme, case in content.cases:
        yield page(site.case(programme, case), case_page(site, programme, case))
    for name in ASSETS:
        yield page(f"assets/{name}", resources.files(__name__).joinpath("assets", name).read_text("utf-8"))
    yield page("assets/names.js", _names(site))
    yield LIST, "\n".join([*written, LIST]) + "\n"


def _names(site: Site) -> str:
    """What the search knows of each thing: [what it is, Chinese, English, name, page, symbols and documents]."""
    law, content = site.law, site.content
    rows: list[list[str]] = []
    for programme in content.programmes:
        rows.append(["项目", programme.zh, programme.en, programme.slug, site.programme(programme), ""])
    for name in content.order:
        variable = law.variables[name]
        docs = "；".join(word for v in variable.versions for word in (symbol(v.rule), v.rule.cites) if word)
        rows.append(["变量", variable.zh, variable.en, name, site.of(name), docs])
    for parameter in law.parameters.values():
        docs = "；".join(dict.fromkeys(one.doc for f in parameter.figures for one in cited(f.doc)))
        rows.append(["参数", parameter.zh, parameter.en, parameter.name, site.of(parameter.name), docs])
    for one in law.inputs.values():
        rows.append(["事实", one.zh, one.en, one.name, site.of(one.name), ""])
    for doc in content.documents:
        rows.append(["文件", doc, "", "", f"documents.html#{document_id(doc)}", doc])
    for name, reason in law.reasons.items():
        rows.append(["拒算", reason.zh, reason.en, name, f"reasons.html#reason-{name}", ""])
    for name in law.codes:
        rows.append(["代码", name, "", name, f"codes.html#code-{name}", ""])
    for programme, case in content.cases:
        rows.append(["算例", case.zh, "", case.name, site.case(programme, case), ""])
    for path, zh, en in NAVIGATION:
        rows.append(["页", zh, en, "", path, ""])
    return f"window.NAMES = {json.dumps(rows, ensure_ascii=False, separators=(',', ':'))};\n"
