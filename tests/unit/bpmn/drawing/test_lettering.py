from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ironcage.bpmn.drawing.lettering import lines, width

TEXTS = st.text(st.sampled_from("承办处理部门，。（a bcXYZ-1　—"), max_size=60)


@given(TEXTS, st.integers(20, 200), st.integers(1, 5))
def test_no_more_lines_than_asked_for(text: str, room: int, most: int) -> None:
    assert len(lines(text, room, 12, most)) <= most


@given(TEXTS)
def test_nothing_but_space_is_lost_where_there_is_room(text: str) -> None:
    assert "".join("".join(lines(text, 40, 12, 1000)).split()) == "".join(text.split())


@example("1111 。", 30)
@example("111—", 30)
@given(TEXTS, st.integers(30, 200))
def test_a_line_is_as_wide_as_the_room_but_for_one_closing_mark(text: str, room: int) -> None:
    for line in lines(text, room, 12, 1000):
        assert width(line.rstrip("，。）"), 12) <= room


def test_chinese_breaks_between_characters_and_never_before_a_closing_mark() -> None:
    assert lines("承办部门已定，结案", 72, 12, 3) == ["承办部门已定，", "结案"]


def test_latin_breaks_between_words_and_keeps_the_space_beside_chinese() -> None:
    assert lines("Look up the usual limit", 90, 12, 3) == ["Look up the", "usual limit"]
    assert lines("按 SLA 派遣", 200, 12, 1) == ["按 SLA 派遣"]


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert lines("承办部门已定", 36, 12, 1) == ["承办…"]
