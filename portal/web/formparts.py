"""Reads forms with bounds on everything a sender chooses: heads of parts, their number, names.

The framework bounds a part's content, but reads its head as one line of any length.
"""

from collections.abc import Callable
from typing import IO, Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
    Preamble,
    State,
)

HEAD_BYTES = 8 << 10  # of one part
BOUNDARY_BYTES = 200  # RFC 2046 says 70; some programs take a few more
MOST_FIELDS = 2_000  # of a form without parts; one with parts has MAX_FORM_PARTS
_PIECE = 64 << 10

Form = MultiDict[str, str]
Files = MultiDict[str, FileStorage]


class BoundedDecoder(MultipartDecoder):
    """Refuses a part as soon as its head, or what stands before the first one, is too long."""

    def read_event(self) -> Event:
        """Return the next event of the form.

        Raises:
            RequestEntityTooLarge: a head is longer than HEAD_BYTES.
        """
        event = super().next_event()
        if isinstance(event, NeedData) and self.state in {State.PREAMBLE, State.PART}:
            _check_head(len(self.buffer))
        elif isinstance(event, Preamble):
            _check_head(len(event.data))
        elif isinstance(event, Field | File):
            _check_head(sum(len(name) + len(value) for name, value in event.headers))
        return event

    next_event = read_event  # as the framework calls it


class BoundedParser(MultiPartParser):
    """The framework's parser with that decoder."""

    def parse(
        self, stream: IO[bytes], boundary: bytes, content_length: int | None
    ) -> tuple[Form, Files]:
        """Read a form.

        Raises:
            BadRequest: the boundary is none.
            RequestEntityTooLarge: some bound is passed.
        """
        if len(boundary) > BOUNDARY_BYTES:
            raise BadRequest
        decoder = BoundedDecoder(
            boundary, max_form_memory_size=self.max_form_memory_size, max_parts=self.max_form_parts
        )
        reading = _Reading(self, content_length)
        for piece in iter(lambda: stream.read(_PIECE), b""):
            decoder.receive_data(piece)
            reading.take(decoder)
        decoder.receive_data(None)
        reading.take(decoder)
        return self.cls(reading.fields), self.cls(reading.files)


class _Reading:
    """The parts that came so far, and the one that is coming."""

    def __init__(self, parser: MultiPartParser, content_length: int | None) -> None:
        self._parser = parser
        self._content_length = content_length
        self.fields: list[tuple[str, str]] = []
        self.files: list[tuple[str, FileStorage]] = []
        self._part: Field | File | None = None
        self._text = bytearray()
        self._file: IO[bytes] | None = None

    def take(self, decoder: MultipartDecoder) -> None:
        """Take everything that has arrived."""
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field):
                self._part, self._file, self._text = event, None, bytearray()
            elif isinstance(event, File):
                self._part = event
                self._file = self._parser.start_file_streaming(event, self._content_length)
            elif isinstance(event, Data):
                self._add(event)

    def _add(self, event: Data) -> None:
        write: Callable[[bytes], Any] = self._file.write if self._file else self._text.extend
        write(event.data)
        most = self._parser.max_form_memory_size
        if most is not None and len(self._text) > most:
            raise RequestEntityTooLarge
        if not event.more_data:
            self._finish()

    def _finish(self) -> None:
        if self._file and isinstance(self._part, File):
            self._file.seek(0)
            part = self._part
            kept = FileStorage(self._file, part.filename, part.name, headers=part.headers)
            self.files.append((part.name, kept))
        elif self._part:
            charset = self._parser.get_part_charset(self._part.headers)
            self.fields.append((self._part.name, self._text.decode(charset, "replace")))


class BoundedFormParser(FormDataParser):
    """The framework's reader of forms with these bounds."""

    def _parse_multipart(
        self,
        stream: IO[bytes],
        mimetype: str,  # noqa: ARG002 - named by the framework
        content_length: int | None,
        options: dict[str, str],
    ) -> tuple[IO[bytes], Form, Files]:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise BadRequest
        parser = BoundedParser(
            stream_factory=self.stream_factory,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        form, files = parser.parse(stream, boundary, content_length)
        return stream, form, files

    def _parse_urlencoded(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str],
    ) -> tuple[IO[bytes], Form, Files]:
        form: Form
        _, form, files = super()._parse_urlencoded(
            _BoundedStream(stream),  # type: ignore[arg-type]
            mimetype,
            content_length,
            options,
        )
        return stream, form, files


class _BoundedStream:
    """A form without parts, which is read whole, if it has no more fields than any of ours."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self) -> bytes:
        data = self._stream.read()
        if data.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        return data


def _check_head(count: int) -> None:
    if count > HEAD_BYTES:
        raise RequestEntityTooLarge
