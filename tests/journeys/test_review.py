"""The story of a case at the desk: unlock, read, ask, decide, give away; in real browsers."""

from dataclasses import replace
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import title_contains

from bench.chromium import next_page, wait, wait_until_saved
from crypto import body as bodies
from crypto.seal import open_sealed, seal
from portal.cases.service import add_envelope
from portal.cases.states import Status
from portal.review.service.case_writing import WritingAct
from tests.factories import TODAY, Make
from tests.journeys.worker import Sit, Worker
from tests.review.desk import ReviewDesk, at_desk

HOSTILE = "<img src=x onerror=document.title='hacked'> & <b>bold</b> words"


def reporter_writes(desk: ReviewDesk, words: str) -> None:
    """Let the reporter send a message, sealed with their own keys."""
    desk.renew()
    last = desk.last("case")
    assert last is not None
    body = bodies.Body(
        type="message",
        rid=desk.case.id,
        thread="case",
        seq=last.seq + 1,
        prev=last.digest,
        fields={"text": words},
    )
    sealed = seal(bodies.compose(body, desk.filed.reporter.own.signing), desk.readers())
    add_envelope(
        desk.session,
        desk.case,
        thread="case",
        seq=body.seq,
        kind="message",
        author="reporter",
        sealed=sealed,
        today=TODAY,
    )
    desk.session.commit()


def read_by_reporter(desk: ReviewDesk) -> bodies.Body:
    """Open and check the last object as the reporter does, after what stands before it."""
    desk.renew()
    thread = [envelope for envelope in desk.case.envelopes if envelope.thread == "case"]
    last, before = thread[-1], thread[-2]
    return bodies.read(
        open_sealed(last.sealed, desk.filed.reporter.own.identity),
        rid=desk.case.id,
        thread="case",
        seq=last.seq,
        prev=before.digest,
        signer_public=desk.unit.signing.public,
        author="body",
    )


def decides(worker: Worker) -> Worker:
    """Fill in the decision."""
    for part in ("facts", "law", "finding", "review"):
        worker.fills(f"decision-{part}", f"the {part}")
    return worker.chooses("outcome_0", "substantiated").ticks("sanctions_0", "reprimand")


def test_from_the_locked_page_to_a_question(make: Make, sit: Sit) -> None:
    desk = at_desk(make, answers={"danger_now": "no", "what_happened": HOSTILE})
    worker = sit(desk.who).opens(desk)

    assert HOSTILE in worker.reads(0), "what a stranger wrote is text and nothing else"
    assert "hacked" not in worker.driver.title

    worker.presses("Take the case")
    worker.presses("Confirm that it was read and registered").presses("Begin the assessment")
    worker.fills("question-text", "On which day was it?").presses("Seal and ask")
    worker.fills("note-text", "Ask the duty officer.").presses("Seal and keep")

    desk.renew()
    assert desk.case.status is Status.NEED_INFO
    assert read_by_reporter(desk).fields == {"text": "On which day was it?"}
    assert "On which day was it?" in worker.reads(1)
    assert "Ask the duty officer." in worker.reads(2)
    for number in (1, 2):
        assert f"Written by {desk.account.login}" in worker.reads(number), "colleagues see who"
    answer = desk.last("case")
    assert answer is not None
    opened = open_sealed(answer.sealed, desk.filed.reporter.own.identity)
    for told in (desk.account.login, desk.account.id):
        assert told.encode() not in opened, "the reporter, who opens the same object, does not"
    log = worker.driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert not [line for line in log if "Policy" in line["message"]]


def test_who_decides_must_have_seen_the_last_message(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess")
    worker = decides(sit(desk.who).opens(desk))
    reporter_writes(desk, "It was a Monday.")

    form = worker.driver.find_element(By.CSS_SELECTOR, "form[data-type=decision]")
    form.find_element(By.CSS_SELECTOR, "button[type=submit]").click()

    says = form.find_element(By.CSS_SELECTOR, "[data-says]")
    wait(worker.driver, lambda _: "changed meanwhile" in says.text)
    facts = worker.driver.find_element(By.ID, "decision-facts").get_property("value")
    assert facts == "the facts", "no text is lost"

    decides(worker.opens(desk)).presses("Seal and decide")

    desk.renew()
    assert desk.case.status is Status.DECIDED
    read = read_by_reporter(desk)
    assert read.fields["finding"] == "the finding"
    assert read.fields["outcomes"] == [
        {"subcategory": desk.case.allegations[0].subcategory, "outcome": "substantiated"}
    ]


def test_two_letters_at_the_same_moment_are_both_sent(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge")
    worker = sit(desk.who).opens(desk)
    worker.fills("reply-text", "We read it.")
    # What the page knows of the thread is old by the time it posts.
    worker.driver.execute_script(
        "const real = window.fetch; let first = true;"
        "window.fetch = async (...given) => {"
        "  if (first && String(given[0]).endsWith('/write')) {"
        "    first = false; window.sealed = true;"
        "    while (!window.goOn) await new Promise((done) => setTimeout(done, 50));"
        "  }"
        "  return real(...given);"
        "};"
    )
    button = worker.driver.find_element(By.CSS_SELECTOR, "form:has(#reply-text) [type=submit]")
    with next_page(worker.driver):
        button.click()
        wait(worker.driver, lambda _: worker.driver.execute_script("return window.sealed"))
        reporter_writes(desk, "One thing more.")
        worker.driver.execute_script("window.goOn = true")
    worker.waits()

    read = [worker.reads(number).splitlines()[0] for number in (1, 2)]
    assert read == ["One thing more.", "We read it."]


def test_an_altered_object_is_not_shown_and_the_reason_is(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge")
    reporter_writes(desk, "first")
    reporter_writes(desk, "second")
    desk.renew()
    altered = next(envelope for envelope in desk.case.envelopes if envelope.seq == 1)
    altered.sealed = altered.sealed[:-1] + bytes([altered.sealed[-1] ^ 1])
    desk.session.commit()

    worker = sit(desk.who).opens(desk)

    assert "did not pass the check" in worker.reads(1)
    assert "were altered" in worker.reads(1)
    assert "not what its writer saw" in worker.reads(2), "nor what was written behind it"
    assert "first" not in worker.reads(1)


def test_a_report_that_names_another_reader_than_its_body_is_a_warning(
    make: Make, sit: Sit
) -> None:
    desk = at_desk(make)
    report, other = desk.last("case"), make.units["PROS_SPEC"]
    assert report is not None
    place = {"rid": desk.case.id, "thread": bodies.CASE, "seq": 0, "prev": ""}
    written = bodies.read(desk.opened(report), signer_public=None, **place)  # type: ignore[arg-type]
    exchanged = bodies.Addressee(desk.unit.code, other.identity.recipient, other.signing.public)
    again = bodies.compose(replace(written, to=exchanged), desk.filed.reporter.own.signing)
    warning = (By.ID, "misdirected")

    assert not sit(desk.who).opens(desk).driver.find_element(*warning).is_displayed()
    desk.renew()
    report.sealed = seal(again, desk.readers())
    report.digest = bodies.compute_digest(report.sealed)
    desk.session.commit()

    assert sit(desk.who).opens(desk).driver.find_element(*warning).is_displayed()


def test_an_object_that_is_called_something_else_is_not_shown(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge").write(WritingAct.REPLY)
    reply = desk.last("case")
    assert reply is not None
    reply.kind = "decision"
    desk.session.commit()

    worker = sit(desk.who).opens(desk)

    assert "did not pass the check" in worker.reads(1)


def test_the_next_body_opens_the_files_of_a_case(make: Make, sit: Sit, tmp_path: Path) -> None:
    desk = at_desk(make).take().step("acknowledge")
    plan = tmp_path / "plan of <the> yard.txt"
    plan.write_text("a plan\n" * 30_000)
    worker = sit(desk.who).opens(desk)
    worker.fills("reply-text", "The plan is here.").fills("reply-files", str(plan))
    worker.presses("Seal and send")

    worker.chooses("to", "PROS_SPEC").fills("transfer-text", "They are competent.")
    worker.clicks("Open it for them and give it away")
    wait(worker.driver, title_contains("Queue"))

    there = make.person(body_code="PROS_SPEC")
    next_worker = sit(there).opens(desk)
    assert "The plan is here." in next_worker.reads(1)
    assert "They are competent." in next_worker.reads(2)
    next_worker.clicks("Open and save")
    file = wait_until_saved(tmp_path / "browser-1" / "downloads" / "plan of _the_ yard.txt")
    assert file.read_bytes() == plan.read_bytes()

    new = ReviewDesk(desk.session, desk.filed, make.units["PROS_SPEC"], there)
    next_worker.presses("Take the case").presses("Confirm that it was read and registered")
    next_worker.fills("reply-text", "We have it now.").presses("Seal and send")
    assert read_by_reporter(new).fields == {"text": "We have it now."}
