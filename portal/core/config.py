"""Everything an operator can set: one line a setting, read once, every fault named."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ENVIRONMENT_PREFIX = "PORTAL_"
# systemd names here the folder of the credentials that it gives to a service.
CREDENTIALS = "CREDENTIALS_DIRECTORY"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsError(Exception):
    """Some settings are missing, malformed or contradict each other; the message names them all."""


def _read_text(value: str) -> str:
    return value.strip()


def _read_flag(value: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    try:
        return words[value.strip().lower()]
    except KeyError:
        raise ValueError("say true or false") from None


def _read_whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _read_address(value: str) -> str:
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise ValueError("must look like https://host")
    return value.rstrip("/")


def _read_folder(value: str) -> Path:
    return Path(value).resolve()


def declare_setting(reader: Callable[[str], Any], default: Any = MISSING) -> Any:
    """Declare one setting: how its text is read, and what it is when nobody sets it."""
    return field(default=default, metadata={"reader": reader})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can set; PORTAL_PUBLIC_URL or `public_url = …` sets public_url."""

    instance: Path = declare_setting(
        _read_folder
    )  # folder of this installation: database, files, releases
    public_url: str = declare_setting(_read_address)  # address that people type
    onion_url: str = declare_setting(
        _read_address, ""
    )  # the same portal as an onion service; empty: none
    database_url: str = declare_setting(_read_text, "")  # empty: SQLite inside the instance folder
    redis_url: str = declare_setting(
        _read_text, ""
    )  # limits shared by several workers; empty: in memory
    keys_dir: str = declare_setting(
        _read_text, ""
    )  # folder of the server's keys; empty: instance/keys
    state_dir: str = declare_setting(
        _read_text, ""
    )  # what was signed and accepted; empty: instance/state
    exit_url: str = declare_setting(_read_address, "https://kk.wikipedia.org")  # where "exit" leads
    log_name: str = declare_setting(
        _read_text, ""
    )  # of the public log, for ever; empty: host of public_url/log
    figures_contact: str = declare_setting(
        _read_text, ""
    )  # e-mail address for questions about figures
    demonstration: bool = declare_setting(
        _read_flag, default=False
    )  # invented cases, printed passwords
    attachments_mebibytes: int = declare_setting(
        _read_whole, 500
    )  # all attachments of one report together
    form_mebibytes: int = declare_setting(
        _read_whole, 16
    )  # everything of a form that is not a file
    staff_session_minutes: int = declare_setting(
        _read_whole, 30
    )  # idle time before staff are signed out
    reporter_session_minutes: int = declare_setting(_read_whole, 20)  # the same for a reporter
    retention_days: int = declare_setting(
        _read_whole, 1825
    )  # sealed content is kept so long after closing
    forget_seconds: int = declare_setting(
        _read_whole, 20
    )  # until a worker ends that saw something private
    slow_grace_seconds: int = declare_setting(
        _read_whole, 30
    )  # that a slow sender or reader has at first
    slow_bytes_a_second: int = declare_setting(_read_whole, 4096)  # least rate of what takes longer
    long_requests_at_once: int = declare_setting(
        _read_whole, 32
    )  # uploads and downloads that take long
    addresses_behind_proxy: int = declare_setting(
        _read_whole, 0
    )  # trusted proxies in front of the portal
    posts_per_hour: int = declare_setting(
        _read_whole, 6000
    )  # of one line, to pages that are not reporters'
    cosignatures_per_hour: int = declare_setting(_read_whole, 60)  # of one line
    wrong_sign_ins_per_hour: int = declare_setting(
        _read_whole, 100
    )  # of one line, on devices not known
    calm_per_minute: int = declare_setting(
        _read_whole, 120
    )  # reports and receipts; beyond it work is asked for
    free_mebibytes: int = declare_setting(
        _read_whole, 1024
    )  # room on the disk below which no file is taken
    unfinished_mebibytes: int = declare_setting(
        _read_whole, 8192
    )  # all uploads together that still arrive

    @property
    def database(self) -> str:
        """Return the database address, SQLite in the instance folder unless another is set."""
        return self.database_url or f"sqlite:///{self.instance / 'portal.sqlite'}"

    @property
    def keys(self) -> Path:
        """Return the folder of the server's own keys."""
        return Path(self.keys_dir) if self.keys_dir else self.instance / "keys"

    @property
    def state(self) -> Path:
        """Return the folder that tells how far the log and the trail had come."""
        return Path(self.state_dir) if self.state_dir else self.instance / "state"

    @property
    def log_origin(self) -> str:
        """Return the name of the public log, which stands in all that it signs."""
        return self.log_name or f"{urlsplit(self.public_url).hostname}/log"

    @property
    def secure(self) -> bool:
        """Tell whether people reach the portal over TLS, so that cookies may insist on it."""
        return self.public_url.startswith("https://")

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read all settings from the environment and from portal.toml in the instance folder.

        Raises:
            SettingsError: names every setting that is missing, malformed or unknown, at once.
        """
        environment = os.environ if environment is None else environment
        instance = environment.get("PORTAL_INSTANCE", "instance")
        given = {"instance": instance} | _from_file(Path(instance) / "portal.toml")
        given |= {
            name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(ENVIRONMENT_PREFIX)
        }
        credentials = environment.get(CREDENTIALS, "")
        if credentials and (Path(credentials) / "log.key").exists():
            given.setdefault("keys_dir", credentials)
        return cls._parse(given)

    @classmethod
    def _parse(cls, given: Mapping[str, str]) -> "Settings":
        known = {item.name: item for item in fields(cls)}
        faults = [f"{name}: there is no such setting" for name in given if name not in known]
        values: dict[str, Any] = {}
        for name, item in known.items():
            if name not in given:
                if item.default is MISSING:
                    faults.append(f"{name}: missing")
                continue
            try:
                values[name] = item.metadata["reader"](given[name])
            except ValueError as error:
                faults.append(f"{name}: {error}")
        if faults:
            raise SettingsError("; ".join(sorted(faults)))
        settings = cls(**values)
        settings._check_demonstration()
        return settings

    def _check_demonstration(self) -> None:
        """Refuse a demonstration that looks like a real installation, and the reverse."""
        marker = (self.instance / "demonstration.json").exists()
        if marker and not self.demonstration:
            raise SettingsError(
                "instance: a demonstration lives in this folder; a real portal needs its own"
            )
        if not self.demonstration:
            return
        real = {
            "public_url": urlsplit(self.public_url).hostname not in LOOPBACK,
            "onion_url": bool(self.onion_url),
            "database_url": bool(self.database_url),
            "redis_url": bool(self.redis_url),
            "keys_dir": bool(self.keys_dir),
            "state_dir": bool(self.state_dir),
        }
        if named := sorted(name for name, is_real in real.items() if is_real):
            raise SettingsError(
                f"demonstration: cannot be switched on together with {', '.join(named)}"
            )


def _from_file(path: Path) -> dict[str, str]:
    """Return the settings of a TOML file as texts, so that both sources are read alike."""
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"portal.toml: {error}") from error
    return {name: str(value) for name, value in values.items()}
