"""What witnesses say of a checkpoint, and how many have to say it."""

import base64
from dataclasses import replace

import pytest

from crypto import checkpoint, cosignature, notes
from crypto.checkpoint import Checkpoint
from crypto.cosignature import MAX_TIMESTAMP, Policy, cosign, derive_witness_key, verify
from crypto.errors import FormatError, OpenError
from crypto.mldsa import MldsaKey
from crypto.notes import Note, Signature
from crypto.signing import SigningKey
from tests.crypto import known, logs
from tests.crypto.altering import flipped, refused
from tests.crypto.conftest import Judge
from tests.crypto.logs import NOON, POLICY, WITNESSES, witnessed
from tests.crypto.trees import Tree, numbered

PUBLISHED = known.load("notes")
FOUND = logs.state(Tree(numbered(9)))
KEYS = pytest.mark.parametrize("name", list(WITNESSES))
NGO, PAPER, OMBUDSMAN = WITNESSES


def seen(note: Note, policy: Policy = POLICY) -> bool:
    return not refused(policy.check, note.data)


def test_the_published_post_quantum_cosignature_is_good() -> None:
    vector = PUBLISHED["torchwood"]
    note = notes.parse(vector["note"].encode())
    key = notes.parse_key(vector["key"])
    (signature,) = note.find_signatures(key)

    assert key.text == vector["key"]
    assert verify(checkpoint.parse(note.text), signature, key) == vector["cosigned_at"]
    altered = checkpoint.parse(note.text.replace("\n1\n", "\n2\n"))
    assert refused(verify, altered, signature, key)


def test_our_vector_with_three_witnesses_is_good() -> None:
    vector = known.load("witnessed")
    log, *witnesses = map(notes.parse_key, vector["keys"])
    witnessed = Policy((log,), tuple(witnesses), 3).check(vector["checkpoint"].encode())

    assert set(witnessed.witnesses.values()) == {vector["cosigned_at"]}


def test_the_published_cosignature_has_its_time_in_front() -> None:
    line = notes.parse(PUBLISHED["c2sp"]["checkpoint"].encode()).signatures[1]

    assert int.from_bytes(line.value[:8], "big") == PUBLISHED["c2sp"]["cosigned_at"]
    assert len(line.value) == 8 + 64


@KEYS
def test_a_witness_vouches_for_a_checkpoint(name: str) -> None:
    key = derive_witness_key(name, WITNESSES[name])
    signature = cosign(FOUND, name, WITNESSES[name], NOON)

    assert verify(FOUND, signature, key) == NOON


@KEYS
def test_a_witness_vouches_for_nothing_else(name: str) -> None:
    key = derive_witness_key(name, WITNESSES[name])
    signature = cosign(FOUND, name, WITNESSES[name], NOON)
    later = (NOON + 1).to_bytes(8, "big") + signature.value[8:]

    for other in (
        replace(FOUND, origin="other.example/log"),
        replace(FOUND, size=FOUND.size + 1),
        replace(FOUND, root=bytes(32)),
    ):
        assert refused(verify, other, signature, key)
    for value in (later, signature.value[:-1], signature.value + b"\0", b"", bytes(8)):
        assert refused(verify, FOUND, replace(signature, value=value), key)


def test_a_post_quantum_witness_signs_its_name_too() -> None:
    signature = cosign(FOUND, PAPER, WITNESSES[PAPER], NOON)
    renamed = derive_witness_key("renamed.example", WITNESSES[PAPER])

    assert refused(verify, FOUND, Signature(renamed.name, renamed.id, signature.value), renamed)


@KEYS
def test_a_line_by_another_is_not_taken(name: str) -> None:
    key = derive_witness_key(name, WITNESSES[name])
    signature = cosign(FOUND, name, WITNESSES[name], NOON)

    assert refused(verify, FOUND, replace(signature, name="other"), key)
    assert refused(verify, FOUND, replace(signature, key_id=bytes(4)), key)


@pytest.mark.parametrize("when", [-1, MAX_TIMESTAMP + 1])
def test_a_time_that_cannot_be_is_refused(when: int) -> None:
    with pytest.raises(FormatError):
        cosign(FOUND, NGO, WITNESSES[NGO], when)


def test_a_signature_with_a_time_beyond_all_is_refused() -> None:
    key = derive_witness_key(NGO, WITNESSES[NGO])
    value = (MAX_TIMESTAMP + 1).to_bytes(8, "big") + bytes(64)

    with pytest.raises(OpenError):
        verify(FOUND, Signature(key.name, key.id, value), key)


def test_a_log_does_not_vouch_for_itself() -> None:
    line = checkpoint.issue(FOUND, logs.LOG).signatures[0]

    with pytest.raises(FormatError):
        verify(FOUND, line, logs.LOG_KEY)


def test_a_post_quantum_witness_has_a_name_of_255_bytes_at_most() -> None:
    key = WITNESSES[PAPER]

    cosign(FOUND, "w" * 255, key, NOON)
    with pytest.raises(FormatError):
        cosign(FOUND, "w" * 256, key, NOON)


# ---- whom to believe -----------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [(NGO, PAPER), (NGO, OMBUDSMAN), (PAPER, OMBUDSMAN), (NGO, PAPER, OMBUDSMAN)],
)
def test_two_of_three_witnesses_are_enough(names: tuple[str, ...]) -> None:
    seen = POLICY.check(witnessed(FOUND, *names).data)

    assert seen.checkpoint == FOUND
    assert seen.witnesses == dict.fromkeys(names, NOON)


@pytest.mark.parametrize("names", [(), (NGO,), (PAPER,), (OMBUDSMAN,), (NGO, NGO), (PAPER, PAPER)])
def test_fewer_are_not(names: tuple[str, ...]) -> None:
    assert not seen(witnessed(FOUND, *names))


def test_two_keys_of_one_name_are_one_witness() -> None:
    second = MldsaKey(bytes(32))
    policy = Policy(POLICY.log, (*POLICY.witnesses, derive_witness_key(NGO, second)), POLICY.needed)
    note = witnessed(FOUND, NGO)
    both = Note(note.text, (*note.signatures, cosign(FOUND, NGO, second, NOON + 5)))

    assert not seen(both, policy)
    lenient = replace(policy, needed=1)
    assert lenient.check(both.data).witnesses == {NGO: NOON + 5}
    turned = replace(lenient, witnesses=lenient.witnesses[::-1])
    assert turned.check(both.data).witnesses == {NGO: NOON + 5}


def test_a_wrong_line_of_a_known_witness_spoils_the_checkpoint() -> None:
    note = witnessed(FOUND, NGO, PAPER, OMBUDSMAN)
    (line,) = note.find_signatures(derive_witness_key(OMBUDSMAN, WITNESSES[OMBUDSMAN]))
    wrong = replace(line, value=line.value[:-1] + bytes([line.value[-1] ^ 1]))
    other = Note(note.text, (*note.signatures[:-1], wrong))

    assert seen(note)
    assert not seen(other)


def test_lines_of_strangers_change_nothing() -> None:
    note = witnessed(FOUND, NGO, PAPER)
    line = cosign(FOUND, "stranger.example", SigningKey(bytes(32)), NOON)

    assert POLICY.check(Note(note.text, (line, *note.signatures)).data) == POLICY.check(note.data)


def test_witnesses_do_not_replace_the_log() -> None:
    note = witnessed(FOUND, NGO, PAPER, OMBUDSMAN)

    assert not seen(Note(note.text, note.signatures[1:]))


def test_a_cosignature_of_another_state_does_not_count() -> None:
    earlier = Checkpoint(FOUND.origin, 4, Tree(numbered(4)).root())
    note = witnessed(FOUND, NGO)
    lines = witnessed(earlier, PAPER).signatures[1:]

    assert not seen(Note(note.text, (*note.signatures, *lines)))


def test_no_flipped_bit_of_a_witnessed_checkpoint_gains_anything() -> None:
    """Some alter whom a line is by; such a line is a stranger's, and then one is missing."""
    for altered in flipped(witnessed(FOUND, NGO).data):
        assert refused(replace(POLICY, needed=1).check, altered)


def test_a_policy_that_cannot_be_kept_is_refused() -> None:
    twice = derive_witness_key("other.example", WITNESSES[NGO])
    for log, witnesses, needed in (
        ((), (), 0),
        (POLICY.log, (), 1),
        (POLICY.log, POLICY.witnesses, 4),
        (POLICY.log, POLICY.witnesses, -1),
        (POLICY.witnesses[:1], POLICY.witnesses, 2),
        (POLICY.log, (*POLICY.witnesses, logs.LOG_KEY), 2),
        (POLICY.log, (*POLICY.witnesses, twice), 2),
    ):
        assert refused(Policy, log, witnesses, needed)


def test_the_label_keeps_cosignatures_apart_from_all_else() -> None:
    assert len(cosignature.SUBTREE_LABEL) == 12


# ---- what Go says --------------------------------------------------------------


def test_go_accepts_a_checkpoint_with_all_three_witnesses(judge: Judge) -> None:
    keys = [key.text for key in (*POLICY.log, *POLICY.witnesses)]
    note = witnessed(FOUND, *WITNESSES)
    opened = judge("open", note=note.data, keys=keys)

    assert opened["text"] == FOUND.text
    assert opened["by"] == [f"{each.name}+{each.key_id.hex()}" for each in note.signatures]


@KEYS
def test_go_refuses_a_cosignature_of_another_state(judge: Judge, name: str) -> None:
    key = derive_witness_key(name, WITNESSES[name])
    line = cosign(FOUND, name, WITNESSES[name], NOON)
    other = replace(FOUND, root=bytes(32))

    assert not judge("open", note=Note(FOUND.text, (line,)).data, keys=[key.text])["error"]
    assert judge("open", note=Note(other.text, (line,)).data, keys=[key.text])["error"]


def test_we_accept_a_post_quantum_cosignature_that_go_made(judge: Judge) -> None:
    asked = {"name": "go.example/w", "seed": bytes(range(32)), "time": NOON}
    made = judge("cosign", text=FOUND.text, **asked)
    key = notes.parse_key(made["key"])
    (line,) = notes.parse(base64.b64decode(made["signed"])).signatures

    assert key == derive_witness_key("go.example/w", MldsaKey(bytes(range(32))))
    assert verify(FOUND, line, key) == NOON
    assert refused(verify, replace(FOUND, size=1), line, key)
