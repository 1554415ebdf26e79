"""A case against the log: an honest one passes, and nothing that is altered does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from crypto import checkpoint, cosignature, notes
from crypto.cosignature import Policy, derive_witness_key
from crypto.notes import Note
from crypto.signing import SigningKey
from portal.cases.states import Status
from portal.dialogue.service.checking import Checked, DisplayedCase, Fault, LocatedFault, check
from portal.transparency.publishing.bundle import BundleStep, CaseBundle, build_bundle
from tests.dialogue.logged import LATER, MERGED_ON, LoggedCase, portal_with_case
from tests.factories import TODAY

OTHER = SigningKey(bytes(32))
Change = Callable[[CaseBundle], CaseBundle]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoggedCase]:
    with portal_with_case(tmp_path_factory.mktemp("checking")) as case:
        yield case


def faults(checked: Checked) -> list[str]:
    return [str(located.fault) for located in checked.faults]


def with_step(bundle: CaseBundle, number: int, **other: object) -> CaseBundle:
    steps = list(bundle.steps)
    steps[number] = replace(steps[number], **other)  # type: ignore[arg-type]
    return replace(bundle, steps=tuple(steps))


def where(bundle: CaseBundle, fits: Callable[[BundleStep], bool]) -> int:
    return next(number for number, step in enumerate(bundle.steps) if fits(step))


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_what_is_shown_as_it_was_told_passes(case: LoggedCase) -> None:
    checked = case.check()

    assert checked.faults == ()
    assert checked.waiting == 1
    assert [step.what for step in checked.bundle.steps] == [
        "report", "acknowledged", "assessment", "in_review",
        "need_info", "question", "in_review", "decided", "closed",
    ]  # fmt: skip


def test_before_the_first_batch_only_the_promise_speaks(case: LoggedCase) -> None:
    steps = tuple(replace(step, index=None, proof=()) for step in case.bundle().steps)
    young = replace(case.bundle(), checkpoint=b"", steps=steps)

    assert case.check(young).faults == ()
    assert case.check(young, today=date(2026, 3, 11)).faults == ()
    assert faults(case.check(young, today=date(2026, 3, 12)))[0] == "broken"


STEPS: dict[str, tuple[str, dict[str, object]]] = {
    "digest": ("altered", {"digest": "ab" * 32}),
    "no digest": ("altered", {"digest": "x"}),
    "day": ("altered", {"day": TODAY - timedelta(days=3)}),
    "what": ("altered", {"what": "message"}),
    "type": ("altered", {"type": "O"}),
    "no type": ("altered", {"type": "Z"}),
    "record": ("altered", {"record": "ж"}),
    "place": ("altered", {"index": 0}),
    "proof": ("altered", {"proof": (bytes(32),)}),
    "taken back": ("order", {"index": None, "proof": ()}),
}


@pytest.mark.parametrize(("fault", "other"), STEPS.values(), ids=STEPS)
def test_any_altered_field_of_a_step_is_found(
    case: LoggedCase, fault: str, other: dict[str, object]
) -> None:
    bundle = case.bundle()
    number = where(bundle, lambda step: step.what == "question")
    if other.get("index") == bundle.steps[number].index:
        other = {"index": 1}

    assert fault in faults(case.check(with_step(bundle, number, **other)))


@pytest.mark.parametrize("number", range(7))
def test_a_step_that_is_left_out_is_found(case: LoggedCase, number: int) -> None:
    bundle = case.bundle()
    kept = bundle.steps[:number] + bundle.steps[number + 1 :]

    assert Fault.ALTERED in faults(case.check(replace(bundle, steps=kept)))


def test_the_last_steps_left_out_are_missed_on_the_page(case: LoggedCase) -> None:
    bundle = case.bundle()

    assert faults(case.check(replace(bundle, steps=bundle.steps[:-1]))) == ["different"]
    assert {"different", "unlogged", "outcome"} <= set(
        faults(case.check(replace(bundle, steps=bundle.steps[:-2])))
    )


def test_steps_that_change_places_are_found(case: LoggedCase) -> None:
    first, second, third, *rest = case.bundle().steps

    swapped = replace(case.bundle(), steps=(first, third, second, *rest))

    assert Fault.ALTERED in faults(case.check(swapped))


def test_the_key_of_another_receipt_finds_nothing(case: LoggedCase) -> None:
    checked = check(case.bundle(), bytes(32), case.shown(), today=MERGED_ON)

    assert [LocatedFault(Fault.EXCHANGED, 0), LocatedFault(Fault.ALTERED, 0)] == list(
        checked.faults
    )


class TestTheStateOfTheLog:
    def test_every_flipped_bit_of_it_is_found(self, case: LoggedCase) -> None:
        bundle = case.bundle()
        for place in range(0, len(bundle.checkpoint), 5):
            other = replace(bundle, checkpoint=flipped(bundle.checkpoint, place))
            assert faults(case.check(other)), place

    def test_one_of_another_key_is_none(self, case: LoggedCase) -> None:
        bundle = case.bundle()
        state = checkpoint.parse(notes.parse(bundle.checkpoint).text)

        forged = replace(bundle, checkpoint=checkpoint.issue(state, OTHER).data)

        assert faults(case.check(forged)) == ["signature"]

    def test_without_one_nothing_can_stand_in_it(self, case: LoggedCase) -> None:
        assert faults(case.check(replace(case.bundle(), checkpoint=b""))) == ["signature"]

    def test_too_few_witnesses_are_said_and_enough_are_named(self, case: LoggedCase) -> None:
        bundle = case.bundle()
        keys = (derive_witness_key("ngo.example/w", OTHER),)
        asked = replace(bundle, policy=Policy(bundle.policy.log, keys, 1))
        note = notes.parse(bundle.checkpoint)
        line = cosignature.cosign(checkpoint.parse(note.text), "ngo.example/w", OTHER, 1)
        seen = replace(asked, checkpoint=Note(note.text, (*note.signatures, line)).data)

        assert faults(case.check(asked)) == ["witnesses"]
        assert case.check(seen).faults == ()
        assert case.check(seen).witnesses == ("ngo.example/w",)


class TestThePromise:
    def test_every_flipped_bit_of_it_is_found(self, case: LoggedCase) -> None:
        bundle = case.bundle()
        for place in range(len(bundle.promise)):
            other = replace(bundle, promise=flipped(bundle.promise, place))
            assert faults(case.check(other)) == ["promise"], place

    def test_that_of_another_report_is_not_of_this_one(self, case: LoggedCase) -> None:
        other = build_bundle(case.session, case.make.log, case.make.filed().case.id)
        bundle = replace(case.bundle(), promise=other.promise)

        assert case.check(bundle).faults == (LocatedFault(Fault.EXCHANGED, 0),)

    def test_what_waits_too_long_is_late(self, case: LoggedCase) -> None:
        assert faults(case.check(today=LATER)) == ["late"]


PAGES: dict[str, tuple[str, Callable[[DisplayedCase], DisplayedCase]]] = {
    "a text that is gone": ("missing", lambda page: replace(page, texts=page.texts[:-1])),
    "a text that was exchanged": (
        "missing",
        lambda page: replace(
            page, texts=[*page.texts[:-1], replace(page.texts[-1], digest="ab" * 32)]
        ),
    ),
    "a text that was put in": (
        "unlogged",
        lambda page: replace(page, texts=[*page.texts, replace(page.texts[-1], digest="ab" * 32)]),
    ),
    "texts in another order": ("order", lambda page: replace(page, texts=page.texts[::-1])),
    "a text of another day": (
        "different",
        lambda page: replace(page, texts=[replace(page.texts[0], day=LATER), *page.texts[1:]]),
    ),
    "a text of another kind": (
        "different",
        lambda page: replace(page, texts=[*page.texts[:-1], replace(page.texts[-1], kind="reply")]),
    ),
    "a state that is gone": ("different", lambda page: replace(page, states=page.states[:-1])),
    "a state of another day": (
        "different",
        lambda page: replace(page, states=[(Status.RECEIVED, LATER), *page.states[1:]]),
    ),
    "a state that was put in": (
        "different",
        lambda page: replace(page, states=[*page.states, (Status.REOPENED, LATER)]),
    ),
    "an outcome that is gone": ("outcome", lambda page: replace(page, findings=())),
    "another outcome": (
        "outcome",
        lambda page: replace(page, findings=[replace(page.findings[0], outcome="unfounded")]),
    ),
    "another sanction": (
        "outcome",
        lambda page: replace(page, findings=[replace(page.findings[0], sanctions=())]),
    ),
}


@pytest.mark.parametrize(("fault", "change"), PAGES.values(), ids=PAGES)
def test_a_page_that_shows_something_else_is_found(
    case: LoggedCase, fault: str, change: Callable[[DisplayedCase], DisplayedCase]
) -> None:
    checked = check(case.bundle(), case.blind, change(case.shown()), today=MERGED_ON)

    assert fault in faults(checked)


def test_an_outcome_that_counts_for_another_quarter_is_found(case: LoggedCase) -> None:
    bundle = case.bundle()
    number = where(bundle, lambda step: step.type == "O")
    record = bundle.steps[number].record.replace("2026-q1", "2026-q2")
    other = with_step(bundle, number, record=record)

    assert record != bundle.steps[number].record
    assert LocatedFault(Fault.OUTCOME, number) in case.check(other).faults
    assert (
        LocatedFault(Fault.OUTCOME, number)
        in case.check(with_step(bundle, number, record="{}")).faults
    )


def test_what_was_destroyed_on_purpose_is_not_missed(case: LoggedCase) -> None:
    bundle = case.bundle()
    number = where(bundle, lambda step: step.what == "question")
    page = case.shown()
    texts = [text for text in page.texts if text.kind != "question"]
    without = replace(page, texts=texts)

    assert (
        check(with_step(bundle, number, erased=True), case.blind, without, today=MERGED_ON).faults
        == ()
    )
