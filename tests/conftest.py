"""What every test goes by: a property holds or it does not, on a busy machine as on an idle one, today as tomorrow.

Before a change lands, properties are tried with the same examples every time: what turns red is of the change. The long
tests are there to find what nobody knows of, so they draw anew, and more: see ``make test-long``.
"""

from __future__ import annotations

import secrets

import pytest
from hypothesis import HealthCheck, settings

_BUSY = settings(settings.get_profile("default"), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _BUSY, database=None, derandomize=True)
settings.register_profile("fresh", _BUSY, max_examples=10 * _BUSY.max_examples, print_blob=True)
settings.load_profile("same")


@pytest.fixture
def beginning() -> int:
    """The first seed of a long test with dice, another one each time; it stands beside what fails."""
    seed = secrets.randbelow(2**31)
    print(f"seeds from {seed} on")
    return seed
