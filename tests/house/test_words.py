"""Nothing in the repository depends on, or tells about, the machine it was written on."""

from __future__ import annotations

import re

import pytest

FORBIDDEN = {
    "the home folder of somebody's machine": r"(?<![\w.~-])/(home|root|Users)/[A-Za-z.]\w*",
    "a scratch folder of somebody's machine": r"(?<![\w.~-])/(work|tmp)/[A-Za-z]\w*",
    "the address of a package registry": r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|index-url +[a-z]+:",
    "an unfinished piece": r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what, root, files):
    pattern = re.compile(FORBIDDEN[what])
    held = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in files
        if path.suffix != ".gz"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert held == []
