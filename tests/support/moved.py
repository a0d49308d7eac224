"""Cases that a test moves to another version."""

from __future__ import annotations

from ironcage.engine.naming import find_case


def case_of(running, name):
    with running.store.writing() as work:
        return find_case(work, name)


def told(running, *arguments, **named):
    """Return the migration, and what was told of each case by key."""
    cases = {}
    called = running.engine.migrate if "reason" in named else running.engine.plan_migration
    found = called(*arguments, told=lambda case: cases.update({case.case: case}), **named)
    return found, cases
