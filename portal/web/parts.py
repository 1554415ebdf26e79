"""What hangs on the application from its start, each part under one name and with its type.

Nothing else reads or writes `app.extensions`. A part is declared beside this class if its type is
of `portal.core`, otherwise with whoever owns the type: `portal.web.readiness`, `portal.web.limits`,
`portal.transparency.parts`.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Flask, current_app

from portal.core.blobs import BlobStore
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.core.keyring import Keyring

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """The name under which a part of one type hangs on the application."""

    name: str

    def put(self, app: Flask, value: T) -> None:
        """Hang it on an application."""
        app.extensions[self.name] = value

    def get_from(self, app: Flask) -> T:
        """Return it from an application.

        Raises:
            KeyError: it has none, such as a portal without keys.
        """
        part: T = app.extensions[self.name]
        return part

    def get(self) -> T:
        """Return it from the application of this request or command.

        Raises:
            KeyError: it has none.
        """
        part: T = current_app.extensions[self.name]
        return part

    def is_set(self) -> bool:
        """Tell whether the application of this request or command has it."""
        return self.name in current_app.extensions


SETTINGS: Part[Settings] = Part("settings")
SESSIONS: Part[Sessions] = Part("sessions")
KEYRING: Part[Keyring] = Part("keyring")
BLOBS: Part[BlobStore] = Part("blobs")
