"""Settings: all faults at once, file and environment alike, no demonstration by mistake."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from portal.core.config import Settings, SettingsError


def environment(folder: Path, **others: str) -> dict[str, str]:
    return {"PORTAL_INSTANCE": str(folder), "PORTAL_PUBLIC_URL": "https://portal.example"} | others


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    given = {
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_FORM_MEBIBYTES": "many",
        "PORTAL_DEMONSTRATION": "perhaps",
        "PORTAL_COLOUR": "blue",
    }

    with pytest.raises(SettingsError) as raised:
        Settings.read(given)

    for name in ("public_url: missing", "form_mebibytes:", "demonstration:", "colour:"):
        assert name in str(raised.value)


def test_the_file_is_read_and_the_environment_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "portal.toml").write_text('retention_days = 30\nexit_url = "https://a.example"\n')

    settings = Settings.read(environment(tmp_path, PORTAL_EXIT_URL="https://b.example"))

    assert settings.retention_days == 30
    assert settings.exit_url == "https://b.example"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "portal.toml").write_text("retention_days =")

    with pytest.raises(SettingsError, match=r"portal\.toml"):
        Settings.read(environment(tmp_path))


def test_settings_never_change(tmp_path: Path) -> None:
    settings = Settings.read(environment(tmp_path))

    with pytest.raises(FrozenInstanceError):
        settings.retention_days = 1  # type: ignore[misc]


def test_cookies_insist_on_tls_where_the_address_does(tmp_path: Path) -> None:
    assert Settings.read(environment(tmp_path)).secure
    assert not Settings.read(
        environment(tmp_path, PORTAL_PUBLIC_URL="http://127.0.0.1:8000")
    ).secure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_PUBLIC_URL", "https://portal.example"),
        ("PORTAL_ONION_URL", "http://example.onion"),
        ("PORTAL_DATABASE_URL", "postgresql://localhost/portal"),
        ("PORTAL_REDIS_URL", "redis://localhost"),
        ("PORTAL_KEYS_DIR", "/run/credentials"),
    ],
)
def test_a_demonstration_refuses_what_a_real_portal_uses(
    tmp_path: Path, name: str, value: str
) -> None:
    given = environment(
        tmp_path, PORTAL_PUBLIC_URL="http://127.0.0.1:8000", PORTAL_DEMONSTRATION="true"
    )
    Settings.read(given)

    with pytest.raises(SettingsError, match="demonstration"):
        Settings.read(given | {name: value})


def test_a_real_portal_refuses_the_folder_of_a_demonstration(tmp_path: Path) -> None:
    (tmp_path / "demonstration.json").write_text("{}")

    with pytest.raises(SettingsError, match="instance"):
        Settings.read(environment(tmp_path))
