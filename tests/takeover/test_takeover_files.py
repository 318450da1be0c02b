"""The files of a takeover: forms, columns, the control file, the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import typer
from invented_folder import control, invented, places_of, report, write
from typer.testing import CliRunner

from shebao.cli import takeover
from shebao.files.problems import FileRefused
from shebao.takeover.reading import batches, open_folder


def as_parquet(folder: Path) -> None:
    """The CSV files of a folder as Parquet: histories in the integers of the rules, the others as text."""
    for path in folder.glob("*.csv"):
        table = pacsv.read_csv(path, convert_options=pacsv.ConvertOptions(column_types=_texts(path)))
        if path.stem == "balances":
            fen = [round(float(value) * 100) for value in table["balance"].to_pylist()]
            place = table.column_names.index("balance")
            table = table.set_column(place, pa.field("balance", pa.int64(), metadata={"unit": "fen"}), pa.array(fen))
            days = table["as_of"].cast(pa.date32())
            table = table.set_column(table.column_names.index("as_of"), "as_of", days)
        pq.write_table(table, path.with_suffix(".parquet"))
        path.unlink()
    written = folder / "control.yaml"
    written.write_text(written.read_text("utf-8").replace(".csv", ".parquet"), "utf-8")


def _texts(path: Path) -> dict[str, pa.DataType]:
    return dict.fromkeys(path.read_text("utf-8").splitlines()[0].split(","), pa.string())


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    given = invented(30)
    plain, other = (open_folder(write(tmp_path / name, given)) for name in ("csv", "parquet"))
    as_parquet(other.path)
    other = open_folder(other.path)
    assert list(plain.files) == list(other.files)
    for kind in plain.files:
        (first,), (second,) = (list(batches(folder.files[kind])) for folder in (plain, other))
        assert first.table.equals(second.table.select(first.table.column_names)), kind
        assert not [p for p in first.problems + second.problems if not p.warning]
        assert plain.files[kind].declared == other.files[kind].declared


def test_chinese_headers_and_gb18030(tmp_path: Path) -> None:
    folder = write(tmp_path / "old", {"awards": invented(9)["awards"]})
    text = (folder / "awards.csv").read_text("utf-8").splitlines()
    text[0] = "人员编号,待遇种类,月待遇金额,起始日期,已发放至"
    (folder / "awards.csv").write_bytes("\n".join(text).encode("gb18030"))
    (batch,) = batches(open_folder(folder).files["awards"])
    assert batch.problems == [] and batch.table.num_rows == len(text) - 1
    assert batch.table["kind"].to_pylist() == [1] * (len(text) - 1)


def test_a_birth_is_taken_from_the_identity_card(tmp_path: Path) -> None:
    given = invented(4)["persons"]
    wanted = [row["birth_day"] for row in given]
    for row in given:
        row["birth_day"] = row["sex"] = ""
    given[1] |= {"id_kind": "护照", "id_number": "E12345678"}
    (batch,) = batches(open_folder(write(tmp_path / "old", {"persons": given})).files["persons"])
    found = batch.table["birth_day"].to_pylist()
    assert [str(found[k]) for k in (0, 2, 3)] == [wanted[k] for k in (0, 2, 3)]
    assert {(p.row, p.field) for p in batch.problems} == {(3, "birth_day"), (3, "sex")}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("source: x\nfiles:\n  persons.csv: {rows: many}", "persons.csv rows"),
        ("as_of: 2014-02-30\nfiles: {}", "as_of"),
        ("city: x", "city"),
        ("files:\n  persons.csv: 12", "persons.csv"),
    ],
)
def test_a_control_file_that_cannot_be_used(tmp_path: Path, text: str, field: str) -> None:
    folder = write(tmp_path / "old", {"persons": invented(1)["persons"]})
    (folder / "control.yaml").write_text(text, "utf-8")
    with pytest.raises(FileRefused) as refused:
        open_folder(folder)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_control_file_as_csv(tmp_path: Path) -> None:
    given = invented(3)
    folder = write(tmp_path / "old", given)
    wanted = open_folder(folder)
    lines = ["file,measure,total", ",source,旧系统", ",as_of,2014-06-30"]
    lines += [f"{file},{measure},{total}" for file, of in control(given).items() for measure, total in of.items()]
    (folder / "control.csv").write_text("\n".join(lines), "utf-8")
    with pytest.raises(FileRefused):  # two of them
        open_folder(folder)
    (folder / "control.yaml").unlink()
    assert open_folder(folder).control == wanted.control


def test_a_folder_without_anything(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileRefused):
            open_folder(place)


def test_a_misspelt_file_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "old", invented(3))
    (folder / "person.csv").write_text("person_id\n1\n", "utf-8")
    (told,) = open_folder(folder).problems
    assert told.file == "person.csv" and told.warning


def test_the_command(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(takeover.command)
    monkeypatch.setenv("SHEBAO_DSN", database.dsn("shebao_owner"))
    given = invented(20)
    for row in given["persons"] + given["organisations"]:
        row["place"] = "11"
    folder, told = write(tmp_path / "old", given), tmp_path / "problems.csv"
    asked = [str(folder), "--report", str(told), "--lang", "en"]

    def said(*more: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, [*asked, *more])
        assert done.exit_code == code, done.output
        return done.output

    assert "nothing of it is kept" in said("--rehearse")
    shown = said()
    assert "the records of 旧系统 are taken over" in shown
    total = f"{control(given)['balances.csv']['balance']:,.2f}"
    assert shown.count(total) == 4  # declared, read, loaded, ledger
    assert "taken over before" in said()
    (folder / "histories.csv").write_text((folder / "histories.csv").read_text("utf-8") + "p0,1", "utf-8")
    assert "nothing was loaded" in said(code=1)
    last = len(given["histories"]) + 2
    assert ("histories.csv", str(last), "") in places_of(report(told))
