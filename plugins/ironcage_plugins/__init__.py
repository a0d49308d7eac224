"""The rules we ship: an ordinary plugin, found by its entry point. A folder is a family, a file a rule."""

from ironcage_audit import Rule
from ironcage_audit.hooks import hookimpl
from ironcage_plugins.deadlines import overdue, too_fast
from ironcage_plugins.duties import same_person
from ironcage_plugins.handling import bulk_closing
from ironcage_plugins.sequence import skipped

__all__ = ["ironcage_rules"]


@hookimpl
def ironcage_rules() -> list[Rule]:
    """Return the rules we ship."""
    return [module.RULE for module in (overdue, too_fast, same_person, bulk_closing, skipped)]
