from __future__ import annotations

import pytest

from ironcage.resources import folder


@pytest.mark.parametrize(("name", "holds"), [("migrations", "env.py"), ("processes", "service_request/process.toml")])
def test_what_ships_with_the_library_is_found(name, holds):
    assert (folder(name) / holds).is_file()
