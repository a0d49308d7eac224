"""Where a finding stands between open and done, and where it may go from there."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """A stage in the life of a finding. Each change is a further row; none is ever overwritten."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    REPLIED = "replied"
    """The person concerned has answered."""
    CONFIRMED = "confirmed"
    FALSE_POSITIVE = "false_positive"
    LEGITIMATE = "legitimate"
    DATA_ERROR = "data_error"
    WAIVED = "waived"
    REMEDIATED = "remediated"
    VERIFIED = "verified"

    def moves(self) -> frozenset[State]:
        """Return the states that may follow."""
        return _MOVES[self]


_DISMISSED = frozenset({State.FALSE_POSITIVE, State.LEGITIMATE, State.DATA_ERROR})
_JUDGED = _DISMISSED | {State.CONFIRMED, State.WAIVED}
_MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.IN_REVIEW, State.WAIVED}),
    State.IN_REVIEW: _JUDGED | {State.REPLIED},
    State.REPLIED: _JUDGED,
    State.CONFIRMED: frozenset({State.REMEDIATED, State.WAIVED}),
    State.REMEDIATED: frozenset({State.VERIFIED, State.IN_REVIEW}),
    State.WAIVED: frozenset({State.IN_REVIEW}),
    State.FALSE_POSITIVE: frozenset({State.IN_REVIEW}),
    State.LEGITIMATE: frozenset({State.IN_REVIEW}),
    State.DATA_ERROR: frozenset({State.IN_REVIEW}),
    State.VERIFIED: frozenset(),
}
