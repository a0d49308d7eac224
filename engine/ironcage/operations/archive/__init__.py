"""Archives of cases that are over: Parquet files that hold every row of theirs, their chains intact.

The layout is described in ``docs/reference/archive.md``.
"""
