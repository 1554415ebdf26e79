"""What tests of published figures ask for."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.statistics.histories import Histories, Press


@pytest.fixture
def histories(session: Session) -> Histories:
    """Writes cases that went through this and that."""
    return Histories(session)


@pytest.fixture
def press(app: Flask, session: Session) -> Press:
    """Publishes quarters."""
    return Press(app, session)
