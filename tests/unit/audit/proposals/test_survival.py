"""What the estimate of durations promises when some cases are still open."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ironcage_audit.proposals.survival import kaplan_meier

SPANS = st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=60)


def test_the_textbook_example():
    """Freireich's 6-MP arm, as tabulated in every textbook of survival analysis: the median is 23 weeks."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    seen = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier([(t, True) for t in ended] + [(t, False) for t in seen])
    assert (curve.observed, curve.censored) == (9, 12)
    assert curve.quantile(Fraction(1, 2)) == 23
    assert round(float(1 - curve.over_by(10)), 4) == 0.7529


def test_what_the_data_do_not_reach_is_not_told():
    assert kaplan_meier([(1, True), (5, False), (5, False)]).quantile(Fraction(1, 2)) is None


@given(SPANS)
def test_without_open_cases_it_is_the_plain_share(spans):
    curve = kaplan_meier([(time, True) for time, _ in spans])
    for time, _ in spans:
        assert curve.over_by(time) == Fraction(sum(t <= time for t, _ in spans), len(spans))


@given(SPANS)
def test_the_share_over_never_falls(spans):
    curve = kaplan_meier(spans)
    shares = [curve.over_by(time) for time in range(52)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


@given(SPANS)
def test_counting_open_cases_as_over_never_makes_things_look_slower(spans):
    honest, naive = kaplan_meier(spans), kaplan_meier([(time, True) for time, _ in spans])
    assert all(honest.over_by(time) <= naive.over_by(time) for time in range(52))
