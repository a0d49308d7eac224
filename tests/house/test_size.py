"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast


def test_no_file_is_longer_than_400_lines(root, trees):
    lengths = {path: path.read_bytes().count(b"\n") for path in trees}
    assert {str(path.relative_to(root)): lines for path, lines in lengths.items() if lines > 400} == {}


def test_no_function_is_longer_than_50_lines(root, trees):
    long = {
        f"{path.relative_to(root)}:{node.lineno} {node.name}": lines
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := node.end_lineno - node.lineno + 1) > 50
    }
    assert long == {}
