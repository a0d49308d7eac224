"""The SQL profile: what a query of a rule may say, so that every database gives the same answer.

A query is read by sqlglot and refused unless every part of it is on the list below: SELECT, WITH, JOIN, GROUP BY,
HAVING, UNION, windows by ROWS or RANGE; integers, texts, NULL and named parameters; comparison, ``+ - *``, ``||``,
CASE and a handful of functions. What is missing is missing on purpose: division and fractions (round differently),
dates and regular expressions (dialects), LIMIT and RECURSIVE, ``SELECT *``, an ORDER BY that does not say where NULL
goes.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
from ironcage_audit.rules.rule import AS_OF

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_LONGEST = 20_000
_TOKEN = re.compile(r"<Token .*?text: (.*?), line: .*>")
_STATEMENTS = (exp.Select, exp.Union)
_ALLOWED = frozenset(
    {exp.Select, exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.Identifier, exp.Column, exp.Alias, exp.From}
    | {exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Union, exp.Subquery, exp.Distinct}
    | {exp.Window, exp.WindowSpec, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE}
    | {exp.Is, exp.Null, exp.In, exp.Between, exp.Exists, exp.Case, exp.If, exp.Literal, exp.Placeholder, exp.Paren}
    | {exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe}
    | {exp.Abs, exp.Coalesce, exp.Count, exp.DenseRank, exp.FirstValue, exp.Lag, exp.LastValue, exp.Lead, exp.Max}
    | {exp.Min, exp.Nullif, exp.Rank, exp.RowNumber, exp.Sum}
)
_SCHEMA: dict[str, object] = {
    view.name: {column.name: "BIGINT" if column.type == "INTEGER" else "TEXT" for column in view.columns}
    for view in VIEWS.values()
}


def check(
    query: str, file: str, name: str, *, needs: Iterable[str], parameters: Iterable[str], yields: Iterable[str]
) -> tuple[Fault, ...]:
    """Return every fault of *query*, the part *name* of the rule in *file*; none if it is within the profile.

    Args:
        query: one statement.
        file: where the rule stands.
        name: ``query`` or ``scope``.
        needs: the views, or ``view.column``, the rule declares: it may read those views.
        parameters: the parameters it may name besides ``as_of_us``.
        yields: the columns the result must have.
    """
    return _checked(query, file, name, tuple(needs), tuple(parameters), tuple(yields))


@lru_cache(maxsize=1024)
def used_parameters(query: str) -> frozenset[str]:
    """Return the names of the parameters *query* names; it is within the profile."""
    return frozenset(str(node.this) for node in sqlglot.parse_one(query, dialect="sqlite").find_all(exp.Placeholder))


@lru_cache(maxsize=1024)
def _checked(
    query: str, file: str, name: str, needs: tuple[str, ...], parameters: tuple[str, ...], yields: tuple[str, ...]
) -> tuple[Fault, ...]:
    if len(query) > _LONGEST:
        what = mark("The query is longer than {most} characters.")
        return (Fault(file, 0, name, "query-size", what, mark("Split the rule."), fields={"most": _LONGEST}),)
    try:
        return tuple(_check(query, file, name, needs, parameters, yields))
    except RecursionError:
        what, mend = mark("The query is nested too deeply."), mark("Name its parts in WITH.")
        return (Fault(file, 0, name, "query-size", what, mend),)
    except SqlglotError as error:
        return (_unreadable(error, file, name),)


def _check(
    query: str, file: str, name: str, needs: Collection[str], parameters: Collection[str], yields: Collection[str]
) -> list[Fault]:
    statements = [statement for statement in sqlglot.parse(query, dialect="sqlite") if statement is not None]
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


def _unreadable(error: Exception, file: str, name: str) -> Fault:
    places: list[dict[str, object]] = getattr(error, "errors", None) or [{}]
    line, column = places[0].get("line"), places[0].get("col")
    reason = _TOKEN.sub(r"\1", str(places[0].get("description") or error).splitlines()[0])
    return Fault(
        file, line if isinstance(line, int) else 0, name, "query-syntax",
        mark("The query cannot be read: {reason}"), mark("Mend the SQL; line and column count within the query."),
        column=column if isinstance(column, int) else 0, fields={"reason": reason},
    )  # fmt: skip


def _constructs(statement: exp.Query, file: str, name: str) -> Iterator[Fault]:
    mend = mark("Write it with what docs/reference/rules.md lists; cross-multiply ratios.")
    for node in statement.walk():
        what = _wrong(node)
        if what:
            sql = node.sql(dialect="sqlite")[:60]
            yield Fault(file, 0, name, "query-construct", what, mend, fields={"sql": sql})


def _wrong(node: exp.Expr) -> str | None:
    """Return what is wrong with one node of a query, whatever it holds; None if it is in the profile."""
    if isinstance(node, exp.Star) and isinstance(node.parent, exp.Count):
        return None
    if type(node) not in _ALLOWED:
        return mark("The profile does not have {sql}.")
    return _wrong_clause(node) or _wrong_term(node)


def _wrong_clause(node: exp.Expr) -> str | None:
    arguments = node.args
    match node:
        case exp.Select() | exp.Union() if any(arguments.get(clause) for clause in _CLAUSES):
            return mark("LIMIT, OFFSET, WINDOW and QUALIFY are not in the profile: {sql}.")
        case exp.With() if arguments.get("recursive"):
            return mark("WITH RECURSIVE is not in the profile: {sql}.")
        case exp.Join() if arguments.get("method") or arguments.get("using") or node.side in ("RIGHT", "FULL"):
            return mark("Joins are JOIN, LEFT JOIN or CROSS JOIN, with ON: {sql}.")
        case exp.WindowSpec() if str(arguments.get("kind")).upper() not in ("ROWS", "RANGE"):
            return mark("Windows go by ROWS or RANGE: {sql}.")
        case exp.Select() if _has_bare_column(node):
            return mark(
                "Each column beside GROUP BY or an aggregate must be grouped by, or stand in an aggregate: {sql}."
            )
        case _:
            return None


def _wrong_term(node: exp.Expr) -> str | None:
    match node:
        case exp.Literal() if not node.is_string and not str(node.this).isdigit():
            return mark("Numbers must be whole: {sql}.")
        case exp.Table() if node.args.get("db") or not isinstance(node.this, exp.Identifier):
            return mark("Only the views of the log can be read, not {sql}.")
        case exp.Identifier() if node.args.get("quoted"):
            return mark("Names stand without quotes, texts in single ones: {sql}.")
        case exp.Placeholder() if not node.name:
            return mark("Parameters have names, as in :name, not {sql}.")
        case exp.Is() if not isinstance(node.args["expression"], exp.Null):
            return mark("IS is for NULL only: {sql}.")
        case _:
            return None


def _has_bare_column(select: exp.Select) -> bool:
    """Return whether a column is neither grouped by nor inside an aggregate: SQLite would pick one of its values."""
    group = select.args.get("group")
    grouped = {each.sql() for each in group.expressions} if group else set[str]()
    parts: list[exp.Expr] = [*select.expressions, *filter(None, (select.args.get("having"),))]
    columns = [column for part in parts for column in part.find_all(exp.Column) if column.parent_select is select]
    totals = [
        total
        for part in parts
        for total in part.find_all(exp.AggFunc)
        if total.parent_select is select and not isinstance(total.parent, exp.Window)
    ]
    if not group and not totals:
        return False
    summed = {id(column) for total in totals for column in total.find_all(exp.Column)}
    return not all(id(column) in summed or column.sql() in grouped for column in columns)


_CLAUSES = ("limit", "offset", "windows", "qualify", "hint", "laterals")


def _null_orders(query: str, statement: exp.Query, file: str, name: str) -> Iterator[Fault]:
    # The parser fills in what is not said, so the words themselves are counted.
    tokens = sqlglot.tokenize(query, dialect="sqlite")
    said = sum((first.text.upper(), second.text.upper()) in _NULL_ORDERS for first, second in pairwise(tokens))
    ordered = sum(1 for _ in statement.find_all(exp.Ordered))
    if said != ordered:
        what = mark("{count} of the ORDER BY terms do not say where NULL goes: databases differ.")
        mend = mark("Write NULLS FIRST or NULLS LAST after each term, in windows too.")
        yield Fault(file, 0, name, "query-null-order", what, mend, fields={"count": ordered - said})


_NULL_ORDERS = {("NULLS", "FIRST"), ("NULLS", "LAST")}


def _parameters(statement: exp.Query, file: str, name: str, parameters: Collection[str]) -> Iterator[Fault]:
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
