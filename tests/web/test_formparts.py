"""Forms are read with bounds: heads of parts, their number, fields of a line."""

from io import BytesIO

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from portal.web.formparts import HEAD_BYTES, MOST_FIELDS, BoundedParser

MEBIBYTE = 1 << 20
HEAD = b'--x\r\nContent-Disposition: form-data; name="a"; filename="'


class Counting(BytesIO):
    """Counts what is read of a long body."""

    read_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.read_bytes += len(piece)
        return piece


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b"n" * (15 * MEBIBYTE) + b'"\r\n\r\nx\r\n--x--\r\n',
        HEAD + b"n" * HEAD_BYTES + b'"\r\n\r\nx\r\n--x--\r\n',
        b"--x\r\n" + b"A: b\r\n" * (2 * MEBIBYTE),
        b"n" * (15 * MEBIBYTE) + HEAD,
        b"n" * (HEAD_BYTES + 1) + b"\r\n" + HEAD + b'"\r\n\r\nx\r\n--x--\r\n',
    ],
    ids=["a long name", "a name a little too long", "many lines", "no part", "words before"],
)
def test_a_long_head_is_refused_before_the_rest_is_read(body: bytes) -> None:
    stream = Counting(body)
    with pytest.raises(RequestEntityTooLarge):
        BoundedParser(max_form_memory_size=16 * MEBIBYTE).parse(stream, b"x", len(body))

    assert stream.read_bytes <= 128 << 10


def test_a_boundary_has_its_length() -> None:
    with pytest.raises(BadRequest):
        BoundedParser().parse(BytesIO(), b"x" * 201, 0)


def test_a_form_without_parts_has_few_fields(app: Flask) -> None:
    for count, status in ((MOST_FIELDS, 413), (MOST_FIELDS - 1, 422)):
        body = "&".join(["a=b"] * (count + 1))
        with app.test_request_context("/", method="POST", data=body, content_type=LINE):
            if status == 413:
                with pytest.raises(RequestEntityTooLarge):
                    request.form.get("a")
            else:
                assert len(request.form.getlist("a")) == count + 1


LINE = "application/x-www-form-urlencoded"


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.booleans(), st.binary(max_size=200)), max_size=6
    ),
    st.integers(1, 40),
)
def test_what_is_within_the_bounds_is_read_as_by_the_framework(
    parts: list[tuple[str, bool, bytes]], size: int
) -> None:
    body = b"".join(
        b'--xyz\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), b'; filename="f"' if is_file else b"", content)
        for name, is_file, content in parts
    )
    body += b"--xyz--\r\n"
    if any(b"--xyz" in content for _, _, content in parts):
        return
    seen = []
    for kind in (MultiPartParser, BoundedParser):
        form, files = kind(stream_factory=_memory).parse(_Small(body, size), b"xyz", len(body))
        read = [
            (name, file_storage.filename, file_storage.read())
            for name, file_storage in files.items(multi=True)
        ]
        seen.append((list(form.items(multi=True)), read))
    assert seen[0] == seen[1]


def _memory(*_: object, **__: object) -> BytesIO:
    return BytesIO()


class _Small(BytesIO):
    """Gives little at a time."""

    def __init__(self, body: bytes, size: int) -> None:
        super().__init__(body)
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        del size
        return super().read(self._size)
