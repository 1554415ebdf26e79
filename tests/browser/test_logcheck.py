"""The browser compares a case with the public log, and names whatever does not fit."""

import copy
import json
from datetime import date, timedelta
from typing import Any

import pytest

from bench.modules import Bench, Refused
from crypto import checkpoint, cosignature, merkle, notes, promise, steps
from crypto.checkpoint import Checkpoint
from crypto.log_entries import Step
from crypto.promise import Promise
from portal.transparency.publishing.bundle import BundleStep, CaseBundle
from portal.transparency.writing.schedule import compute_promised_day
from tests.crypto import logs
from tests.crypto.trees import Tree, numbered

BLIND = bytes(range(32))
DAYS = [date(2026, 3, day) for day in (2, 3, 4, 5, 30)]
DIGESTS = ["aa" * 32, "", "bb" * 32, "cc" * 32, "dd" * 32]
RECORD = (
    '{"v":1,"category":"bribery","region":"KZ-75","quarter":"2026-q1","duration":"0-5",'
    '"findings":[{"subcategory":"bribery.roadside","outcome":"substantiated",'
    '"sanctions":["reprimand"]},{"subcategory":"conduct.rude","outcome":"undecided",'
    '"sanctions":[]}]}'
)
TODAY = "2026-03-31"
LATER = "2026-06-01"
TOLD = [
    ("R", "report", ""),
    ("S", "in_review", ""),
    ("S", "message", ""),
    ("O", "decided", RECORD),
    ("S", "reply", ""),
]
ACCESS = "ab" * 32
INSIDE = bytes(range(32))
FACTS = {
    0: f'{{"cases":{{"category":"bribery","body_code":"PROS_SPEC","access":"{ACCESS}"}}}}',
    1: "",
    2: '{"cases":{"body_code":"MVD_DSB"},"verdicts":{"answer":"formal"}}',
}
SHOWN: dict[str, Any] = {
    "facts": {
        "cases": {"category": "bribery", "body_code": "MVD_DSB", "language": "kk"},
        "verdicts": {"answer": "formal"},
    },
    "access": ACCESS,
    "texts": [
        {"kind": kind, "day": DAYS[place].isoformat(), "digest": DIGESTS[place]}
        for place, kind in ((0, "report"), (2, "message"), (3, "decision"), (4, "reply"))
    ],
    "states": [
        ["received", "2026-03-02"],
        ["in_review", "2026-03-03"],
        ["decided", "2026-03-05"],
    ],
    "findings": [
        {
            "subcategory": "bribery.roadside",
            "outcome": "substantiated",
            "sanctions": ["reprimand"],
        }
    ],
}
CHECK = """
const [text, blind, day, shown] = arguments;
const bundle = lib.bundle.parseBundle(text);
const checked = lib.logcheck.checkBundle(bundle, lib.bytes.fromHex(blind), day);
const faults = [...checked.faults];
if (shown !== null) faults.push(...lib.displayed.compareDisplayed(bundle.steps, shown));
return { ...checked, faults: faults.map(({ fault, number }) => [fault, number]) };
"""


def payload(place: int) -> bytes:
    kind, what, record = TOLD[place]
    digest = bytes.fromhex(DIGESTS[place])
    match kind:
        case "R":
            return steps.encode_report(digest, FACTS[0].encode(), INSIDE)
        case "O":
            return steps.encode_outcome(record.encode(), DAYS[place], digest)
        case _:
            facts = FACTS.get(place, "").encode()
            inside = INSIDE if place in FACTS else b""
            return steps.encode_step(what, DAYS[place], digest, b"", facts, inside)


def chained() -> list[Step]:
    return steps.commit_chain(
        BLIND, [(TOLD[place][0], payload(place)) for place in range(len(TOLD))]
    )


def bundled(*witnesses: str, needed: int = 0) -> dict[str, Any]:
    """Make the bundle of a case of which all but the last step stand in the log."""
    made = chained()
    tree = Tree([*numbered(5), *(step.entry for step in made[:-1]), *numbered(3)])
    note = logs.witnessed(logs.state(tree), *witnesses)
    stated = []
    for place, (kind, what, record) in enumerate(TOLD):
        index = None if place == len(TOLD) - 1 else 5 + place
        proof = () if index is None else merkle.prove_inclusion(index, tree.size, tree.read)
        stated.append(
            BundleStep(
                type=kind,
                what=what,
                day=DAYS[place],
                digest=DIGESTS[place],
                record=record,
                facts=FACTS.get(place, ""),
                inside=INSIDE.hex() if place in FACTS else "",
                index=index,
                proof=tuple(proof),
                erased=False,
            )
        )
    given = Promise(logs.ORIGIN, compute_promised_day(DAYS[0]), made[0])
    policy = cosignature.Policy((logs.LOG_KEY,), logs.WITNESS_KEYS, needed)
    bundle = CaseBundle(
        logs.ORIGIN, policy, promise.sign_promise(given, logs.LOG), note.data, tuple(stated)
    )
    content: dict[str, Any] = json.loads(bundle.text)
    return content


def checked(
    bench: Bench,
    bundle: object,
    day: str = TODAY,
    shown: object = None,
    blinding_key: bytes = BLIND,
) -> Any:
    return bench.run(CHECK, json.dumps(bundle), blinding_key.hex(), day, shown)


def faults(bench: Bench, bundle: object, day: str = TODAY, shown: object = None) -> list[Any]:
    results: list[Any] = checked(bench, bundle, day, shown)["faults"]
    return results


def test_a_case_that_fits_has_no_fault_and_all_three_witnesses(bench: Bench) -> None:
    result = checked(bench, bundled(*logs.WITNESSES, needed=3), shown=SHOWN)

    assert result["faults"] == []
    assert sorted(result["witnesses"]) == sorted(logs.WITNESSES)
    assert result["waiting"] == 1


def test_a_step_that_waits_too_long_is_late(bench: Bench) -> None:
    assert faults(bench, bundled(), LATER) == [["late", 4]]


def test_the_day_of_the_promise_is_that_of_the_schedule(bench: Bench) -> None:
    days = [DAYS[0] + timedelta(days=more) for more in range(60)]
    result = bench.run(
        "return arguments[0].map(lib.schedule.promisedBy)", [day.isoformat() for day in days]
    )

    assert result == [compute_promised_day(day).isoformat() for day in days]


# The day of a report is that of its promise, it has no record, and of what waits nothing is logged.
ALTERED: list[tuple[int, str, object]] = [
    *((place, "digest", "ee" * 32) for place in range(4)),
    *((place, "day", "2026-03-06") for place in range(1, 4)),
    *((place, "record", "{}") for place in range(1, 4)),
    *((place, "index", 2) for place in range(5)),
]


@pytest.mark.parametrize(("place", "name", "value"), ALTERED)
def test_an_altered_step_is_named_and_only_the_first(
    bench: Bench, place: int, name: str, value: object
) -> None:
    bundle = bundled()
    bundle["steps"][place][name] = value

    result = [fault for fault in faults(bench, bundle) if fault[0] == "altered"]

    assert result == [["altered", place]]


def test_another_receipt_fits_nothing(bench: Bench) -> None:
    result = checked(bench, bundled(), blinding_key=bytes(32))["faults"]

    assert result == [["exchanged", 0], ["altered", 0]]


def test_a_state_that_the_log_did_not_sign_and_one_that_nobody_saw(bench: Bench) -> None:
    bundle = bundled(needed=1)
    assert faults(bench, bundle) == [["witnesses", None]]

    bundle["checkpoint"] = bundle["checkpoint"].replace("\n12\n", "\n13\n")
    assert faults(bench, bundle) == [["signature", None]]
    bundle["checkpoint"] = ""
    assert faults(bench, bundle) == [["signature", None]]


@pytest.mark.parametrize("name", list(logs.WITNESSES))
def test_a_wrong_line_of_a_known_witness_is_noticed(bench: Bench, name: str) -> None:
    bundle = bundled(name)
    text, line = bundle["checkpoint"].rsplit("— ", 1)
    parts = notes.parse(bundle["checkpoint"].encode()).signatures[1]
    other = bytes([*parts.value[:20], parts.value[20] ^ 1, *parts.value[21:]])
    bundle["checkpoint"] = f"{text}{notes.Signature(name, parts.key_id, other).line}"
    assert line

    assert faults(bench, bundle) == [["witnesses", None]]


def test_published_and_own_lattice_cosignatures_are_good(bench: Bench) -> None:
    note = notes.parse(bundled(*logs.WITNESSES)["checkpoint"].encode())
    state = checkpoint.parse(note.text)
    keys = [key for key in logs.WITNESS_KEYS if key.kind == notes.COSIGNATURE_MLDSA44]
    script = """
      const [origin, size, root, key, value] = arguments;
      const { fromHex } = lib.bytes;
      const found = { origin, size, root: fromHex(root) };
      return lib.mldsa.verifyMldsaCosignature(found, fromHex(value), lib.note.parseKey(key));
    """

    def good(state: Checkpoint, key: notes.VerifierKey, value: bytes) -> bool:
        given = state.origin, state.size, state.root.hex(), key.text, value.hex()
        return bench.run(script, *given) is True

    for key in keys:
        (signature,) = note.find_signatures(key)
        assert good(state, key, signature.value)
        assert not good(Checkpoint(state.origin, state.size + 1, state.root), key, signature.value)
        for place in (0, 7, 8, 900, len(signature.value) - 1):
            value = bytearray(signature.value)
            value[place] ^= 1
            assert not good(state, key, bytes(value))
        assert not good(state, key, signature.value[:-1])
        assert not good(state, key, b"")


def test_a_promise_that_is_altered_and_one_that_is_broken(bench: Bench) -> None:
    bundle = bundled()
    bundle["promise"] = bundle["promise"].replace("2026-03-11", "2026-04-11")
    assert faults(bench, bundle) == [["promise", None]]

    bundle = bundled()
    bundle["steps"] = [bundle["steps"][0] | {"index": None, "proof": []}]
    assert faults(bench, bundle, "2026-03-11") == []
    assert faults(bench, bundle, "2026-03-12") == [["broken", 0]]
    bundle["promise"] = ""
    assert faults(bench, bundle, "2026-03-12") == []


def test_a_report_that_was_dated_back_does_not_fit_its_promise(bench: Bench) -> None:
    bundle = bundled()
    bundle["steps"][0]["day"] = "2026-02-27"

    assert faults(bench, bundle) == [["order", 0]]


def test_steps_that_are_moved_or_dated_back_are_named(bench: Bench) -> None:
    bundle = bundled()
    bundle["steps"][1] |= {"index": None, "proof": []}
    assert faults(bench, bundle) == [["late", 1], ["order", 2]]

    bundle = bundled()
    bundle["steps"][4]["day"] = "2026-03-04"
    assert ["order", 4] in faults(bench, bundle)


def shown(**changed: object) -> dict[str, Any]:
    return copy.deepcopy(SHOWN) | changed


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (shown(texts=SHOWN["texts"][1:]), [["missing", 0]]),
        (shown(texts=[*SHOWN["texts"][:1], *SHOWN["texts"][2:]]), [["missing", 2]]),
        (
            shown(texts=[*SHOWN["texts"], {"kind": "reply", "day": TODAY, "digest": "ff" * 32}]),
            [["unlogged", None]],
        ),
        (shown(texts=[*SHOWN["texts"][1:], SHOWN["texts"][0]]), [["order", None]]),
        (
            shown(texts=[SHOWN["texts"][0] | {"day": "2026-03-01"}, *SHOWN["texts"][1:]]),
            [["different", 0]],
        ),
        (
            shown(texts=[*SHOWN["texts"][:3], SHOWN["texts"][3] | {"kind": "question"}]),
            [["different", 4]],
        ),
        (shown(states=SHOWN["states"][:2]), [["different", 3]]),
        (shown(states=[*SHOWN["states"], ["closed", TODAY]]), [["different", None]]),
        (
            shown(states=[SHOWN["states"][0], ["in_review", "2026-03-02"], SHOWN["states"][2]]),
            [["different", 1]],
        ),
        (shown(findings=[]), [["outcome", None]]),
        (
            shown(findings=[SHOWN["findings"][0] | {"sanctions": ["dismissal"]}]),
            [["outcome", None]],
        ),
        (
            shown(findings=[SHOWN["findings"][0] | {"outcome": "not_substantiated"}]),
            [["outcome", None]],
        ),
    ],
)
def test_what_the_page_shows_otherwise_is_named(
    bench: Bench, seen: object, expected: object
) -> None:
    assert faults(bench, bundled(), TODAY, seen) == expected


def test_an_erased_text_is_not_missed(bench: Bench) -> None:
    bundle = bundled()
    bundle["steps"][2]["erased"] = True
    texts = [SHOWN["texts"][place] for place in (0, 2, 3)]

    assert faults(bench, bundle, TODAY, shown(texts=texts)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"v": 3},
        {"origin": "other.example/log"},
        {"log_key": "x"},
        {"more": 1},
        {"steps": [{}]},
        {"steps": [bundled()["steps"][1]]},
        {"steps": [bundled()["steps"][0] | {"what": "message"}]},
        {"steps": [bundled()["steps"][0] | {"day": "2026-02-30"}]},
        {"steps": [bundled()["steps"][0] | {"index": "1"}]},
        {"policy": {"witnesses": []}},
        {"policy": None},
    ],
)
def test_another_file_is_not_read(bench: Bench, change: dict[str, object]) -> None:
    with pytest.raises(Refused, match="FormatError"):
        checked(bench, bundled() | change)


def test_a_file_with_a_key_twice_is_not_read(bench: Bench) -> None:
    text = json.dumps(bundled())
    with pytest.raises(Refused, match="FormatError"):
        bench.run(CHECK, text[:-1] + ', "promise": ""}', BLIND.hex(), TODAY, None)
