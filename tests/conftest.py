"""What every test goes by: a property holds or it does not, on a busy machine as on an idle one."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("ironcage", parent=settings(), deadline=None)
settings.load_profile("ironcage")
