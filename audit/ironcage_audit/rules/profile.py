"""The SQL profile: what a query of a rule may say, so that every database gives the same answer.

A query is read by sqlglot and refused unless every part of it is on the list below: SELECT, WITH, JOIN, GROUP BY,
HAVING, UNION, windows by ROWS or RANGE; integers, texts, NULL and named parameters; comparison, ``+ - *``, ``||``,
CASE and a handful of functions. What is missing is missing on purpose: division and fractions (round differently),
dates and regular expressions (dialects), LIMIT and RECURSIVE, ``SELECT *``, an ORDER BY that does not say where NULL
goes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from ironcage.faults import Fault
from ironcage.messages import mark
from ironcage_audit.log import VIEWS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

AS_OF = "as_of_us"
"""The parameter every query has: the instant of the reading."""

_LONGEST = 20_000
_STATEMENTS = (exp.Select, exp.Union)
_ALLOWED = frozenset(
    {exp.Select, exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.Identifier, exp.Column, exp.Alias, exp.From}
    | {exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Union, exp.Subquery, exp.Distinct}
    | {exp.Window, exp.WindowSpec, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE}
    | {exp.Is, exp.Null, exp.In, exp.Between, exp.Exists, exp.Case, exp.If, exp.Literal, exp.Placeholder, exp.Paren}
    | {exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe, exp.Tuple}
    | {exp.Abs, exp.Coalesce, exp.Count, exp.DenseRank, exp.FirstValue, exp.Lag, exp.LastValue, exp.Lead, exp.Max}
    | {exp.Min, exp.Nullif, exp.Rank, exp.RowNumber, exp.Sum}
)
_SCHEMA: dict[str, object] = {
    view.name: {column.name: "BIGINT" if column.type == "INTEGER" else "TEXT" for column in view.columns}
    for view in VIEWS.values()
}


def check(
    query: str, file: str, name: str, *, needs: Collection[str], parameters: Collection[str], yields: Collection[str]
) -> list[Fault]:
    """Return every fault of *query*, the part *name* of the rule in *file*; none if it is within the profile.

    Args:
        query: one statement.
        file: where the rule stands.
        name: ``query`` or ``scope``.
        needs: the views, or ``view.column``, the rule declares: it may read those views.
        parameters: the parameters it may name besides ``as_of_us``.
        yields: the columns the result must have.
    """
    if len(query) > _LONGEST:
        what = mark("The query is longer than {most} characters.")
        return [Fault(file, 0, name, "query-size", what, mark("Split the rule."), fields={"most": _LONGEST})]
    try:
        statements = [statement for statement in sqlglot.parse(query, dialect="sqlite") if statement is not None]
    except (SqlglotError, RecursionError) as error:
        return [_unreadable(error, file, name)]
    if len(statements) != 1 or not isinstance(statements[0], _STATEMENTS):
        what, mend = mark("The query must be one SELECT."), mark("Write one SELECT, with WITH for what it needs.")
        return [Fault(file, 0, name, "query-select", what, mend)]
    statement = statements[0]
    faults = [
        *_constructs(statement, file, name),
        *_null_orders(query, statement, file, name),
        *_parameters(statement, file, name, parameters),
    ]
    return faults or [*_sources(statement, file, name, needs, yields)]


def used_parameters(query: str) -> set[str]:
    """Return the names of the parameters *query* names; it is within the profile."""
    return {str(node.this) for node in sqlglot.parse_one(query, dialect="sqlite").find_all(exp.Placeholder)}


def _unreadable(error: Exception, file: str, name: str) -> Fault:
    places: list[dict[str, object]] = getattr(error, "errors", None) or [{}]
    line, column = places[0].get("line"), places[0].get("col")
    reason = str(places[0].get("description") or error).splitlines()[0]
    return Fault(
        file, line if isinstance(line, int) else 0, name, "query-syntax",
        mark("The query cannot be read: {reason}"), mark("Mend the SQL; line and column count within the query."),
        column=column if isinstance(column, int) else 0, fields={"reason": reason},
    )  # fmt: skip


def _constructs(statement: exp.Expression, file: str, name: str) -> Iterator[Fault]:
    mend = mark("Write it with what docs/reference/rules.md lists; cross-multiply ratios.")
    for node in statement.walk():
        what = None
        if type(node) not in _ALLOWED:
            if not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)):
                what = mark("The profile does not have {sql}.")
        elif isinstance(node, exp.Literal) and not node.is_string and not str(node.this).isdigit():
            what = mark("Numbers must be whole: {sql}.")
        elif isinstance(node, exp.With) and node.args.get("recursive"):
            what = mark("WITH RECURSIVE is not in the profile.")
        elif isinstance(node, exp.Table) and (node.args.get("db") or not isinstance(node.this, exp.Identifier)):
            what = mark("Only the views of the log can be read, not {sql}.")
        elif isinstance(node, exp.Placeholder) and not node.name:
            what = mark("Parameters have names, as in :name, not {sql}.")
        if what:
            sql = node.sql(dialect="sqlite")[:60]
            yield Fault(file, 0, name, "query-construct", what, mend, fields={"sql": sql})
    for node in statement.find_all(exp.Select, exp.Union):
        for clause in ("limit", "offset", "windows", "qualify", "hint", "laterals"):
            if node.args.get(clause):
                what = mark("The profile does not have {sql}.")
                yield Fault(file, 0, name, "query-construct", what, mend, fields={"sql": clause.upper()})


def _null_orders(query: str, statement: exp.Expression, file: str, name: str) -> Iterator[Fault]:
    # The parser fills in what is not said, so the words themselves are counted.
    tokens = sqlglot.tokenize(query, dialect="sqlite")
    said = sum((first.text.upper(), second.text.upper()) in _NULL_ORDERS for first, second in pairwise(tokens))
    ordered = sum(1 for _ in statement.find_all(exp.Ordered))
    if said != ordered:
        what = mark("{count} of the ORDER BY terms do not say where NULL goes: databases differ.")
        mend = mark("Write NULLS FIRST or NULLS LAST after each term, in windows too.")
        yield Fault(file, 0, name, "query-null-order", what, mend, fields={"count": ordered - said})


_NULL_ORDERS = {("NULLS", "FIRST"), ("NULLS", "LAST")}


def _parameters(statement: exp.Expression, file: str, name: str, parameters: Collection[str]) -> Iterator[Fault]:
    used = {node.name for node in statement.find_all(exp.Placeholder)}
    for unknown in sorted(used - {*parameters, AS_OF, ""}):
        what, mend = (
            mark("The parameter :{name} is not declared."),
            mark("Declare it among the parameters of the rule."),
        )
        yield Fault(file, 0, name, "query-parameter", what, mend, fields={"name": unknown})


def _sources(
    statement: exp.Query, file: str, name: str, needs: Collection[str], yields: Collection[str]
) -> Iterator[Fault]:
    declared = {need.partition(".")[0] for need in needs} | {"cases"}
    made = {cte.alias for cte in statement.find_all(exp.CTE)}
    for table in sorted({table.name for table in statement.find_all(exp.Table)} - made - declared):
        what = mark("The rule does not declare that it reads {view}.")
        mend = mark("Name it in needs; the views are {views}.")
        yield Fault(file, 0, name, "query-view", what, mend, fields={"view": table, "views": ", ".join(VIEWS)})
    for hidden in sorted(made & VIEWS.keys()):
        what, mend = mark("WITH {view} hides the view of that name."), mark("Give it another name.")
        yield Fault(file, 0, name, "query-view", what, mend, fields={"view": hidden})
    missing = sorted(set(yields) - set(statement.named_selects))
    if missing:
        what, mend = mark("The result lacks {columns}."), mark("Select them, with AS where they are computed.")
        yield Fault(file, 0, name, "query-result", what, mend, fields={"columns": ", ".join(missing)})
    try:
        qualified = qualify(statement.copy(), schema=_SCHEMA, dialect="sqlite", validate_qualify_columns=True)
        for _ in traverse_scope(qualified):
            pass
    except OptimizeError as error:
        what = mark("A column cannot be resolved: {reason}")
        mend = mark("The columns of each view are listed in docs/reference/log.md.")
        yield Fault(file, 0, name, "query-column", what, mend, fields={"reason": str(error).splitlines()[0]})
