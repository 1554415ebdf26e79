"""The command of the witness: `python -m witness`.

Exit status: 0 all is well; 1 something could not be done; 2 the command is not spelled so; 3 alarm.
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crypto import notes
from crypto.errors import CryptoError
from witness import alarm
from witness.following import Follower, FollowError, check_evidence
from witness.judging import Judge
from witness.server import Server
from witness.state import State, StateError, WatchedLog, generate_witness_key
from witness.wire import HttpClient

WELL, FAILED, ALARM = 0, 1, 3
FOLDER = Path("~/.witness")
MINUTE = 60


def create_key(given: Namespace) -> int:
    """Make the key of this witness, and print its public half."""
    own = generate_witness_key(given.name, mldsa=given.mldsa)
    given.state.store_key(own)
    print(own.public.text)
    print(f"fingerprint: {own.public.fingerprint}")
    return WELL


def watch(given: Namespace) -> int:
    """Watch a log, whose key was given by somebody trusted."""
    parts = urlsplit(given.address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise StateError("the address of a log looks like https://portal.example/log")
    key = notes.parse_key(given.key)
    log = given.state.watch(key, given.address.rstrip("/"))
    print(f"{log.origin} is watched at {log.address}")
    print(f"fingerprint: {key.fingerprint}")
    return WELL


def serve(given: Namespace) -> int:
    """Let logs bring their checkpoints."""
    judge = Judge(given.state)
    name = given.state.own.name
    with Server((given.host, given.port), judge, command=given.alarm) as server:
        print(f"{name} answers on http://{given.host}:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return WELL
    return WELL


def follow(given: Namespace) -> int:
    """Look at every log: once, or again and again until all of them have an alarm."""
    follower = Follower(
        Judge(given.state),
        HttpClient(given.proxy),
        given.patience * MINUTE,
        lambda: int(time.time()),
    )
    if not given.state.list_logs():
        raise StateError("no log is watched; say: watch ADDRESS --key KEY")
    while True:
        status = _follow_all(given.state, follower, given.alarm)
        if given.once or all(log.alarm for log in given.state.list_logs()):
            return status
        time.sleep(given.every * MINUTE)


def _follow_all(state: State, follower: Follower, command: str) -> int:
    """Look at every log once, and return how it went: one with an alarm is left alone."""
    worst = WELL
    for log in state.list_logs():
        try:
            said = "" if log.alarm else follower.follow(log)
        except FollowError as trouble:
            print(f"NOT COSIGNED: {trouble}", file=sys.stderr, flush=True)
            worst = max(worst, FAILED)
            continue
        if log.alarm:
            alarm.tell(log, command)
            worst = ALARM
        else:
            print(said, flush=True)
    return worst


def print_status(given: Namespace) -> int:
    """Say what this witness has seen, and whether there is an alarm."""
    own = given.state.own.public
    print(f"witness {own.text}\nfingerprint: {own.fingerprint}")
    for log in given.state.list_logs():
        print(f"\n{log.origin} at {log.address}\n{_describe_state(log)}")
        if log.alarm:
            print(alarm.format_alarm(log))
    return ALARM if any(log.alarm for log in given.state.list_logs()) else WELL


def _describe_state(log: WatchedLog) -> str:
    latest = log.find_latest()
    when = log.find_time(latest.size) if latest else None
    if latest is None or when is None:
        return "nothing seen yet"
    at = datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d %H:%M")
    doubts = f"; {len(log.list_doubts())} checkpoints in doubt" if log.list_doubts() else ""
    return f"{latest.size} entries, cosigned at {at} UTC{doubts}"


def prove(given: Namespace) -> int:
    """Say what a folder of evidence proves, from the key of the log alone."""
    files = {
        path.relative_to(given.evidence).as_posix(): path.read_bytes()
        for path in given.evidence.rglob("*")
        if path.is_file()
    }
    try:
        print(check_evidence((notes.parse_key(given.key),), files))
    except KeyError as error:
        raise StateError(f"{error} is missing in {given.evidence}") from error
    return WELL


def resume(given: Namespace) -> int:
    """Cosign a log again in spite of an alarm, because a person has decided so."""
    given.state.get_log(given.origin).resume()
    print(f"{given.origin} is cosigned again")
    return WELL


def _describe_minutes(usual: int, what: str) -> dict[str, Any]:
    return {"type": float, "default": usual, "metavar": "MINUTES", "help": f"{what} ({usual})"}


def _build_parser() -> ArgumentParser:
    parser = ArgumentParser(prog="witness", description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"of the witness ({FOLDER})")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, (run, options) in COMMANDS.items():
        made = commands.add_parser(command, help=run.__doc__, description=run.__doc__)
        made.set_defaults(run=run)
        for name, about in options.items():
            made.add_argument(name, **about)
    return parser


KEY = {"required": True, "help": "of the log, as its operator gave it to you"}
COMMAND = {
    "default": "",
    "metavar": "COMMAND",
    "help": "is run once, with the alarm on its input",
}
Options = Mapping[str, dict[str, Any]]
COMMANDS: Mapping[str, tuple[Callable[[Namespace], int], Options]] = {
    "new": (
        create_key,
        {
            "name": {"metavar": "NAME", "help": "for ever, such as ngo.example/witness"},
            "--mldsa": {
                "action": "store_true",
                "help": "safe from quantum computers; a longer key",
            },
        },
    ),
    "watch": (
        watch,
        {
            "address": {"metavar": "ADDRESS", "help": "of the log: https://portal.example/log"},
            "--key": KEY,
        },
    ),
    "follow": (
        follow,
        {
            "--once": {"action": "store_true", "help": "look once and end"},
            "--every": _describe_minutes(60, "how often to look"),
            "--patience": _describe_minutes(
                10, "how long an older state may be shown before it is an alarm"
            ),
            "--proxy": {
                "default": "",
                "metavar": "HOST:PORT",
                "help": "an HTTP proxy, such as Tor's",
            },
            "--alarm": COMMAND,
        },
    ),
    "serve": (
        serve,
        {
            "--port": {"type": int, "default": 8040, "help": "to answer on (8040)"},
            "--host": {"default": "127.0.0.1", "help": "address to answer on (127.0.0.1)"},
            "--alarm": COMMAND,
        },
    ),
    "status": (print_status, {}),
    "prove": (
        prove,
        {
            "evidence": {"metavar": "FOLDER", "type": Path, "help": "of the evidence"},
            "--key": KEY,
        },
    ),
    "resume": (resume, {"origin": {"metavar": "NAME", "help": "of the log"}}),
}


def run_command(words: list[str] | None = None) -> int:
    """Do what the words say, and return the exit status."""
    given = _build_parser().parse_args(words)
    given.state = State(given.folder.expanduser())
    try:
        result: int = given.run(given)
    except (StateError, CryptoError, OSError) as error:
        print(f"witness: {error}", file=sys.stderr)
        return FAILED
    return result


if __name__ == "__main__":
    sys.exit(run_command())
