"""Following a log: what only grows is cosigned, and everything else is an alarm or a trouble."""

from pathlib import Path

import pytest

from crypto import checkpoint, cosignature, notes
from crypto.checkpoint import Checkpoint
from crypto.cosignature import Policy
from crypto.errors import CryptoError
from tests.crypto import logs
from tests.crypto.conftest import Judge as Go

# fixtures of the tests of crypto
from tests.crypto.conftest import judge  # noqa: F401
from tests.witness.conftest import SettableClock
from tests.witness.shown import ServedLog, fork
from witness.following import DAY, Follower, FollowError, check_evidence
from witness.judging import Judge
from witness.state import State, WatchedLog, generate_witness_key
from witness.wire import HttpClient


def evidence(log: WatchedLog) -> dict[str, bytes]:
    (folder,) = (path for path in (log.folder / "evidence").iterdir() if path.is_dir())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("sizes", [(1, 2, 3), (300, 301), (255, 256, 257, 512, 513, 700), (0, 5)])
def test_a_log_that_grows_is_cosigned_and_gets_the_cosignature(
    follower: Follower, shown: ServedLog, state: State, sizes: tuple[int, ...]
) -> None:
    policy = Policy((logs.LOG_KEY,), (state.own.public,), 1)
    for number, size in enumerate(sizes):
        shown.size = size
        assert f"{size} entries, cosigned and handed in" in follower.follow(log_of(state))
        assert len(shown.handed_in) == number + 1
        assert policy.check(shown.handed_in[-1]).checkpoint == shown.state


def test_what_it_cosigned_is_opened_by_another_implementation(
    follower: Follower,
    shown: ServedLog,
    log: WatchedLog,
    state: State,
    judge: Go,  # noqa: F811
) -> None:
    follower.follow(log)

    verdict = judge(
        "open", note=shown.handed_in[0], keys=[logs.LOG_KEY.text, state.own.public.text]
    )

    assert not verdict["error"]
    assert verdict["by"] == [
        f"{key.name}+{key.id.hex()}" for key in (logs.LOG_KEY, state.own.public)
    ]


def test_a_log_that_has_the_cosignature_is_not_given_it_again(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    follower.follow(log)
    shown.note = shown.handed_in[0]

    assert follower.follow(log).endswith("cosigned")
    assert len(shown.handed_in) == 1


def test_what_the_log_did_not_take_is_given_to_it_next_time(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    shown.status = 503
    with pytest.raises(FollowError, match="status 503"):
        follower.follow(log)
    shown.status = 200
    follower.follow(log)

    assert shown.handed_in[0] == shown.handed_in[1]


def test_another_tree_of_the_same_size_is_an_alarm_with_evidence(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    follower.follow(log)
    shown.tree = fork(100)
    follower.follow(log)

    assert "signed two different logs of 300 entries" in log.alarm
    assert "two different logs of 300" in check_evidence((logs.LOG_KEY,), evidence(log))
    assert len(shown.handed_in) == 1


@pytest.mark.parametrize("common", [0, 1, 255, 256, 299])
@pytest.mark.parametrize("size", [301, 512, 700])
def test_a_rewritten_history_is_an_alarm_that_others_can_check(
    follower: Follower, shown: ServedLog, log: WatchedLog, common: int, size: int
) -> None:
    follower.follow(log)
    shown.tree, shown.size = fork(common), size
    follower.follow(log)

    assert f"signed 300 entries, which this witness has seen, and now signs {size}" in log.alarm
    assert f"300 entries, and {size}" in check_evidence((logs.LOG_KEY,), evidence(log))
    assert log.find_latest() == Checkpoint(logs.ORIGIN, 300, ServedLog().state.root)


def test_another_end_after_what_was_seen_is_no_alarm(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    follower.follow(log)
    shown.tree, shown.size = fork(300), 500
    follower.follow(log)

    assert not log.alarm


def test_an_older_state_is_an_alarm_once_it_stays(
    follower: Follower, shown: ServedLog, log: WatchedLog, clock: SettableClock
) -> None:
    follower.follow(log)
    shown.size = 200
    with pytest.raises(FollowError, match="may be an old copy"):
        follower.follow(log)
    clock.seconds += 599
    with pytest.raises(FollowError, match="may be an old copy"):
        follower.follow(log)
    assert not log.alarm
    clock.seconds += 1
    follower.follow(log)

    assert "shows 200 entries, and has signed 300" in log.alarm
    with pytest.raises(CryptoError, match="one state may have grown"):
        check_evidence((logs.LOG_KEY,), evidence(log))


def test_an_older_state_that_was_an_old_copy_is_forgotten(
    follower: Follower, shown: ServedLog, log: WatchedLog, clock: SettableClock
) -> None:
    follower.follow(log)
    shown.size = 200
    with pytest.raises(FollowError):
        follower.follow(log)
    clock.seconds += 700
    shown.size = 300
    follower.follow(log)
    clock.seconds += 700
    shown.size = 200
    with pytest.raises(FollowError):
        follower.follow(log)

    assert not log.alarm


def test_a_log_that_lost_entries_and_grew_again_has_rewritten_its_history(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    follower.follow(log)
    shown.tree, shown.size = fork(200), 350
    follower.follow(log)

    assert "changed its history" in log.alarm


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"note": b"no note"}, "not signed with the key"),
        ({"key": logs.OTHER_LOG}, "not signed with the key"),
        ({"gone": frozenset({"checkpoint"})}, "status 404"),
        ({"gone": frozenset({"tile/0/001", "tile/0/001.p/144"})}, "tile/0/001.p/144 is missing"),
        ({"gone": frozenset({"tile/0/000"})}, "tile/0/000 is missing"),
    ],
)
def test_what_proves_nothing_is_no_alarm_and_is_not_cosigned(
    follower: Follower, shown: ServedLog, log: WatchedLog, change: dict[str, object], words: str
) -> None:
    shown.size = 200
    follower.follow(log)
    shown.size = 400
    for name, value in change.items():
        setattr(shown, name, value)

    with pytest.raises(FollowError, match=words):
        follower.follow(log)
    assert not log.alarm
    assert log.find_latest() == logs.state(ServedLog().tree, 200)


def test_tiles_of_another_tree_are_no_alarm(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    follower.follow(log)
    shown.note = checkpoint.issue(logs.state(shown.tree, 400), logs.LOG).data
    shown.tree = fork(100)

    with pytest.raises(FollowError, match=r"tiles .* are not those"):
        follower.follow(log)
    assert not log.alarm


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    shown.size = 100
    follower.follow(log)
    shown.size = 200
    shown.gone = frozenset({"tile/0/000.p/200"})

    assert "200 entries" in follower.follow(log)
    assert "tile/0/000" in shown.asked


def test_a_log_that_is_not_there_is_no_alarm(
    state: State, log: WatchedLog, follower: Follower
) -> None:
    state.watch(logs.LOG_KEY, "http://127.0.0.1:1/log")

    with pytest.raises(FollowError, match="does not answer"):
        follower.follow(log)


def test_a_log_that_answers_without_end_is_left(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    shown.note = b"x" * (1 << 21)

    with pytest.raises(FollowError, match="more than 1048576 bytes"):
        follower.follow(log)


def test_a_log_that_stands_still_is_told(
    follower: Follower, log: WatchedLog, clock: SettableClock
) -> None:
    follower.follow(log)
    clock.seconds += 12 * DAY

    with pytest.raises(FollowError, match="nothing new for 12 days"):
        follower.follow(log)


@pytest.mark.parametrize("size", [250, 600])
def test_what_the_log_signed_for_somebody_else_is_compared_with_what_it_shows(
    follower: Follower, shown: ServedLog, log: WatchedLog, size: int
) -> None:
    log.keep_doubt(checkpoint.issue(logs.state(fork(100), size), logs.LOG).data)
    log.keep_doubt(checkpoint.issue(logs.state(shown.tree, 201), logs.LOG).data)
    follower.follow(log)
    assert [doubt.size for doubt in log.list_doubts().values()] == ([600] if size == 600 else [250])
    shown.size = 650
    if not log.alarm:
        follower.follow(log)

    assert f"signed a log of {size} entries that is not the beginning" in log.alarm
    assert f"{size} entries" in check_evidence((logs.LOG_KEY,), evidence(log))


def test_evidence_that_was_altered_proves_nothing(
    follower: Follower, shown: ServedLog, log: WatchedLog
) -> None:
    follower.follow(log)
    shown.tree, shown.size = fork(100), 512
    follower.follow(log)
    files = evidence(log)

    assert len(files) == 4
    for name, data in files.items():
        place = 10 if name.startswith("tile") else 50
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(CryptoError):
            check_evidence((logs.LOG_KEY,), files | {name: altered})
    with pytest.raises(CryptoError):
        check_evidence((notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG),), files)


def test_both_kinds_of_keys_cosign(
    tmp_path: Path, address: str, shown: ServedLog, clock: SettableClock
) -> None:
    made = State(tmp_path / "other")
    made.store_key(generate_witness_key("paper.example/w", mldsa=True))
    made.watch(logs.LOG_KEY, address)
    Follower(Judge(made), HttpClient(), 0, clock).follow(log_of(made))

    note = notes.parse(shown.handed_in[0])
    (line,) = note.find_signatures(made.own.public)
    assert cosignature.verify(shown.state, line, made.own.public) == logs.NOON


def log_of(state: State) -> WatchedLog:
    return state.get_log(logs.ORIGIN)
