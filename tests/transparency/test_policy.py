"""The policy file: what it says is what is asked for, and each fault is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import notes
from portal.core.errors import Conflict, Invalid, NotFound
from portal.transparency import policy
from portal.transparency.policy import PolicyFile, Witness
from tests.crypto import logs

NGO, PAPER, OMBUDSMAN = (key.text for key in logs.WITNESS_KEYS)
LOG = logs.LOG_KEY.text
WHOLE = f"log {LOG}\nwitness {NGO} https://ngo.example/witness\nwitness {PAPER}\nquorum 2\n"


def test_a_file_gives_the_policy_that_it_spells_out() -> None:
    policy_file = policy.parse(f"# ours\n\n{WHOLE}")

    assert policy_file.policy.log == (logs.LOG_KEY,)
    assert policy_file.policy.witnesses == logs.WITNESS_KEYS[:2]
    assert policy_file.policy.needed == 2
    assert [witness.address for witness in policy_file.witnesses] == [
        "https://ngo.example/witness",
        "",
    ]
    assert policy_file.text == WHOLE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no line says: log KEY"),
        (f"log {LOG}\n", "no line says: quorum NUMBER"),
        (f"log {LOG}\nquorum 1\n", "quorum 1, but there are 0 witnesses"),
        (f"log {LOG}\nlog {LOG}\nquorum 0\n", "line 2: this key stands here twice"),
        (f"log {NGO}\nquorum 0\n", "line 1: a log signs with a key of kind 0x01"),
        (f"log {LOG}\nwitness {LOG}\nquorum 0\n", "line 2: a witness cosigns with"),
        (f"log {LOG}\nwitness {NGO}\nwitness {NGO}\nquorum 0\n", "line 3: this key stands here"),
        (f"log {LOG}\nwitness  {NGO}\nquorum 0\n", "line 2: not the key of"),
        (f"log {LOG}\nwitness {NGO} https://a b\nquorum 0\n", "line 2: say: witness KEY"),
        (f"log {LOG}\nquorum 0\nquorum 0\n", "line 3: the quorum stands here twice"),
        (f"log {LOG}\nquorum -1\n", "line 2: say: quorum"),
        (f"log {LOG}\nquorum ²\n", "line 2: say: quorum"),
        (f"log {LOG}\nquorum 0\r\n", "line 2: say: quorum"),
        (f"log {LOG}\n quorum 0\n", "line 2: begins with"),
        (f"log {LOG}\ngroup x 1 y\nquorum 0\n", "line 2: begins with log, witness, quorum or #"),
        (f"log {LOG[:-4]}AAAA\nquorum 0\n", "line 1: the id is another key's"),
    ],
)
def test_each_fault_is_named(text: str, fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        policy.parse(text)

    assert fault in str(refused.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(Invalid, match=r"line 1: .*; log-policy: line 3: "):
        policy.parse(f"log x\nquorum 0\nwitness {LOG}\n")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://ngo.example", "https://", "https://ngo.example/", "https://a:b@ngo.example",
        "https://ngo.example?x", "https://ngo.example#x", "https://ngo.example:x", "https://[",
        "https://ngo.example:0", "https://қазақ.example", "file:///etc/passwd",
        "https://ngo.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_an_address_is_one_that_requests_can_be_sent_below(address: str) -> None:
    with pytest.raises(Invalid, match="line 2"):
        policy.parse(f"log {LOG}\nwitness {NGO} {address}\nquorum 0\n")


def test_without_a_file_nobody_but_the_log_is_asked(tmp_path: Path) -> None:
    assert policy.load(tmp_path, logs.LOG_KEY).policy.needed == 0


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    policy.save(tmp_path, policy.parse(WHOLE))

    assert policy.load(tmp_path, logs.LOG_KEY) == policy.parse(WHOLE)
    assert [path.name for path in tmp_path.iterdir()] == [policy.FILE]


def test_a_file_that_does_not_name_the_portals_own_key_is_refused(tmp_path: Path) -> None:
    policy.save(tmp_path, policy.parse(WHOLE.replace(LOG, foreign())))

    with pytest.raises(Invalid, match=r"no line says: log portal\.example/log"):
        policy.load(tmp_path, logs.LOG_KEY)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / policy.FILE).write_bytes(b"\xff")

    with pytest.raises(Invalid, match="UTF-8"):
        policy.load(tmp_path, logs.LOG_KEY)


def test_witnesses_come_and_go() -> None:
    policy_file = PolicyFile((logs.LOG_KEY,))
    for key in logs.WITNESS_KEYS:
        policy_file = policy_file.add_witness(Witness(key))
    policy_file = policy_file.set_quorum(2).add_witness(
        Witness(logs.WITNESS_KEYS[0], "https://ngo.example/w")
    )

    assert len(policy_file.witnesses) == 3
    assert len(policy_file.remove_witness("ngo.example/w").witnesses) == 2
    with pytest.raises(Conflict, match="quorum 4"):
        policy_file.set_quorum(4)
    with pytest.raises(Conflict, match="quorum 2"):
        policy_file.remove_witness("ngo.example/w").remove_witness("paper.example/w")
    with pytest.raises(NotFound):
        policy_file.remove_witness("nobody.example")


@given(st.text(alphabet="logwitnesquorum #012+/= \n\r\t—Aꙮ", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        policy_file = policy.parse(text)
    except Invalid:
        return
    assert policy.parse(policy_file.text) == policy_file


@given(st.sampled_from(range(len(WHOLE))), st.characters(codec="utf-8"))
def test_a_changed_letter_is_refused_or_read_as_another_policy(place: int, letter: str) -> None:
    changed = WHOLE[:place] + letter + WHOLE[place + 1 :]
    try:
        policy_file = policy.parse(changed)
    except Invalid:
        return
    assert (policy_file.text == WHOLE) == (changed == WHOLE) or changed.startswith("#")


def foreign() -> str:
    """Return a key of the same name that is not the portal's."""
    return notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG).text
