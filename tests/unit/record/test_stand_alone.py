"""The verifier of one page works by itself, on a database and on an export."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from small_record import VERIFIER, Database, small_record

from ironcage.record.export import EXPORT_TAG, export
from ironcage.record.keys import create_key
from ironcage.record.seal import seal, unsealed

if TYPE_CHECKING:
    from pathlib import Path

TAG = f'["{EXPORT_TAG}"]'


def verifier(*arguments: object) -> tuple[int, list[str]]:
    """Run it as an auditor would, without Ironcage on the path; return its exit code and the problems it counted."""
    words = [sys.executable, "-I", str(VERIFIER), *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"}, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    if lines[-1].endswith(" problems"):
        counted = lines.pop()
        assert counted == f"{len(lines)} problems"
    return done.returncode, lines


@pytest.fixture(params=["database", "export"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a file that holds the small record."""
    if request.param == "database":
        Database(tmp_path / "record.db", small_record()).close()
        return tmp_path / "record.db"
    lines = "\n".join(export(small_record())) + "\n"
    (tmp_path / "record.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "record.jsonl"


def test_a_whole_record_passes(written: Path) -> None:
    assert verifier(written) == (0, [])


def test_a_sealed_record_passes_with_the_right_key_only(written: Path, tmp_path: Path) -> None:
    for name in ("right", "wrong"):
        key = create_key(tmp_path / f"{name}.pem")
        (tmp_path / f"{name}.pub").write_text(key.public.pem())
        heads = unsealed([case.row for case in small_record() if case.row], [])
        (tmp_path / f"{name}.json").write_text(seal(heads, None, key, 0).to_json())
    sealed = (written, "--seal", tmp_path / "right.json", "--key")
    assert verifier(*sealed, tmp_path / "right.pub") == (0, [])
    assert verifier(*sealed, tmp_path / "wrong.pub") == (1, ["unexpected-key\t\t1"])


def test_an_altered_database_fails(tmp_path: Path) -> None:
    database = Database(tmp_path / "record.db", small_record())
    database.connection.execute("UPDATE events SET actor = 'clerk-8' WHERE actor = 'clerk-7' AND part = "
                                "(SELECT part FROM cases WHERE key = '2024-1')")  # fmt: skip
    database.close()
    assert verifier(tmp_path / "record.db") == (1, ["altered-event\tpermit/2024-1\t5"])


def test_an_export_with_a_line_altered_or_removed_fails(tmp_path: Path) -> None:
    lines = list(export(small_record()))
    file = tmp_path / "record.jsonl"
    file.write_text("\n".join(lines).replace("clerk-2", "clerk-3"))
    assert verifier(file) == (1, ["altered-event\tpermit/旧/17\t2"])
    at = next(i for i, line in enumerate(lines) if "clerk-2" in line)
    file.write_text("\n".join(lines[:at] + lines[at + 1 :]))
    assert verifier(file)[1] == ["missing-event\tpermit/旧/17\t2", "orphan-payload\tpermit/旧/17\t2"]


@pytest.mark.parametrize("content", ["", "{", "[]", f"{TAG}\n[1", f'{TAG}\n["event",1]', f'{TAG}\n["x"]'])
def test_what_is_no_record_is_said_to_be_unreadable(tmp_path: Path, content: str) -> None:
    file = tmp_path / "damaged.jsonl"
    file.write_text(content)
    code, lines = verifier(file)
    assert (code, [line[:15] for line in lines]) == (1, ["cannot be read:"])


def test_it_stays_one_page() -> None:
    assert len(VERIFIER.read_text(encoding="utf-8").splitlines()) <= 130
    assert "import ironcage" not in VERIFIER.read_text(encoding="utf-8")
