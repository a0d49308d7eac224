"""Cases that live together in memory on a clock moved by hand: messages, signals, calls, timers and scripts among them.

The machine alone knows one case. A world knows many, of several programs, and carries what one sends to those who wait
for it, as the engine does between rows of a database. It serves whatever asks what a model does without a database:
conformance suites, simulation, bounded checks, tests. The same programs, data and moves give the same history.
"""

from ironcage.world.case import Case, Happening
from ironcage.world.labour import Answer, Labour
from ironcage.world.post import Letter
from ironcage.world.world import NoCaseWaitsError, RestlessError, UnknownProcessError, World

__all__ = [
    "Answer",
    "Case",
    "Happening",
    "Labour",
    "Letter",
    "NoCaseWaitsError",
    "RestlessError",
    "UnknownProcessError",
    "World",
]
