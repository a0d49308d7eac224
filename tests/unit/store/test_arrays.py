"""A column of values arrives on the server as it was."""

from __future__ import annotations

import psycopg
import pytest
from databases import emptied
from hypothesis import given
from hypothesis import strategies as st

from ironcage.store.arrays import encoded, encoding_of, teach

TYPES = ("int8", "int4", "bytea", "text")
_VALUES = (
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.binary(max_size=80),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
)
_ROWS = st.lists(st.tuples(*(st.none() | values for values in _VALUES)), min_size=1, max_size=20)
_SQL = b"SELECT * FROM unnest($1::int8[], $2::int4[], $3::bytea[], $4::text[])"


@pytest.fixture(scope="module")
def cursor():
    with psycopg.connect(emptied()) as connection:
        taught = psycopg.RawCursor(connection)
        teach(taught)
        yield taught


@given(rows=_ROWS)
def test_rows_come_back_as_they_were_sent_by_columns(cursor, rows):
    assert cursor.execute(_SQL, encoded(TYPES, rows, encoding_of(cursor.connection))).fetchall() == rows


def test_what_is_no_text_for_the_server_is_refused_by_it(cursor):
    with pytest.raises(psycopg.DataError):
        cursor.execute(_SQL, encoded(TYPES, [(1, 1, b"", "\0")], "utf-8"))


@pytest.mark.parametrize("spoken", ["GBK", "GB18030", "BIG5", "UTF8"])
def test_texts_arrive_whatever_encoding_the_session_has(spoken):
    rows = [(1, 1, b"", "中山"), (1, 1, b"", None), (1, 1, b"", "三")]
    with psycopg.connect(emptied(), client_encoding=spoken) as connection:
        taught = psycopg.RawCursor(connection)
        teach(taught)
        sent = encoded(TYPES, rows, encoding_of(connection))
        assert taught.execute(_SQL, sent).fetchall() == rows
        lengths = taught.execute(b"SELECT octet_length(text) FROM unnest($1::text[]) AS t (text)", sent[3:])
        assert [length for (length,) in lengths] == [6, None, 3]  # the server keeps UTF-8
