"""Bringing a case back from an archive, because something must be done to it: erased by order, above all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ironcage.errors import NotFoundError
from ironcage.messages import mark
from ironcage.operations.archive.archiving import alone_in, leave_out, sweep
from ironcage.operations.archive.bundle import PER_BUCKET, bundles
from ironcage.record import part_of
from ironcage.store import archive

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ironcage.operations.archive.bundle import Bundle
    from ironcage.store import Store, Work
    from ironcage.store.archive import Place


class NotInArchiveError(NotFoundError):
    """The archive does not hold the case."""

    message = mark("The archive {folder} does not hold the case {case}; `ironcage case show {case}` says where it is.")


def bring_back(store: Store, folder: Path, case: str) -> None:
    """Move the case called *case* from the archive in *folder* back into *store*, if it is not there.

    When this returns no file of the archive holds anything of it any more. Killed at any instant, it is done by being
    done again.

    Raises:
        NotInArchiveError: it is in neither.
        ArchiveBusyError: another process is at the archive.
        DamagedFileError: a file that may hold it is not what was archived.
        ArrowMissingError: pyarrow is not installed.
    """
    process, _, key = case.partition("/")
    if (folder / "manifests").is_dir():
        with alone_in(folder):
            sweep(store, folder)
            for bundle in bundles(folder):
                if bundle.manifest.bucket == part_of(process, key) // PER_BUCKET:
                    bundle.make_sure()
                    _move(store, bundle, process, key)
    with store.looking() as work:
        found = work.case(part_of(process, key), process, key)
    if found is None or found.archive is not None:
        raise NotInArchiveError(folder=folder, case=case)


def _move(store: Store, bundle: Bundle, process: str, key: str) -> None:
    """Move a case from *bundle* to *store*; what a run that was killed left of it in *bundle* goes, too."""
    found = _kept(bundle, process, key)
    if found is None:
        return
    place, kept = found
    bundle.settle(is_settled=False)
    store.run(partial(_put_back, place, bundle.name, kept))
    if leave_out(bundle, {(place.part, place.id)}):
        bundle.settle(is_settled=True)


def _put_back(place: Place, name: str, kept: dict[str, list[dict[str, Any]]], work: Work) -> bool:
    return archive.put_back(work.connection, place, name, kept)


def _kept(bundle: Bundle, process: str, key: str) -> tuple[Place, dict[str, list[dict[str, Any]]]] | None:
    """Return the case and its rows by table, or None where the bundle does not hold it."""
    rows = (row for row in bundle.rows("cases") if (row["process"], row["key"]) == (process, key))
    case: dict[str, Any] | None = next(rows, None)
    if case is None:
        return None
    place = archive.Place(case["part"], case["id"], case["seq"], case["head"])
    kept: dict[str, list[dict[str, Any]]] = {"cases": [case]}
    for table in bundle.manifest.files.keys() - {"cases"}:
        mine = (row for row in bundle.rows(table) if (row["part"], row["case_id"]) == place[:2])
        kept[table] = [dict(row) for row in mine]
    return place, kept
