"""Running cases on another version of their process: what corresponds to what, what is unsafe, what changes. Pure."""

from ironcage.migration.correspondence import Correspondence, MappingRefusedError, correspondence
from ironcage.migration.effects import Difference, Renamed, effects, work_of
from ironcage.migration.migrating import Migrated, migrate
from ironcage.migration.opening import opens_timer
from ironcage.migration.remarks import Remark, remark

__all__ = [
    "Correspondence",
    "Difference",
    "MappingRefusedError",
    "Migrated",
    "Remark",
    "Renamed",
    "correspondence",
    "effects",
    "migrate",
    "opens_timer",
    "remark",
    "work_of",
]
