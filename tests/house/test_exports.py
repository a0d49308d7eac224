"""What a package offers stands in its ``__all__``; ruff keeps the list sorted."""

from __future__ import annotations

import ast
from importlib import import_module


def _offered(tree: ast.Module) -> set[str]:
    """Return the public names that an ``__init__`` defines, or imports without using them itself."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            names |= {alias.asname or alias.name for alias in node.names} - used
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return {name for name in names if not name.startswith("_")}


def test_every_package_lists_all_it_offers(packages):
    missing = {
        name: sorted(unlisted)
        for name, tree in packages.items()
        if (unlisted := _offered(tree) - set(getattr(import_module(name), "__all__", ())))
    }
    assert missing == {}


def test_every_name_listed_exists(packages):
    absent = {
        f"{name}.{listed}"
        for name in packages
        for listed in getattr(import_module(name), "__all__", ())
        if not hasattr(import_module(name), listed)
    }
    assert absent == set()
