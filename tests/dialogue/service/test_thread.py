"""What a body writes is shown only if every check passes."""

from crypto import receipt
from tests.dialogue.conftest import VIEW, ReporterBrowser
from tests.dialogue.letters import ReplyDesk, decide
from tests.page import text_of

UNKNOWN = receipt.format_digits(b"12345" * 6)
WORDS = "It was the second officer from the left, canary-7713"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class TestWhatTheBodyWrites:
    def test_a_question_an_answer_and_a_decision_are_read(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        desk.write("reply", text="We are looking into it.")
        decide(desk)

        page = text_of(reporter.browser.get(VIEW))

        assert "We are looking into it." in page
        for part in (
            "What was established They took money.",
            "What the law says The rule on gifts.",
        ):
            assert part in page
        assert "Substantiated" in page
        assert "Remark" in page
        assert page.count("Substantiated") == 2  # coded by the portal, and signed by the body

    def test_what_another_body_signed_does_not_pass(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        other = next(unit for code, unit in desk.make.units.items() if code != desk.case.body_code)
        desk.write("reply", text="Trust me.", signing=other.signing)

        page = text_of(reporter.browser.get(VIEW))

        assert "did not pass the check" in page
        assert "Trust me." not in page

    def test_what_another_body_signs_passes_after_it_was_announced(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        other = desk.make.units["KNB_AC" if desk.case.body_code != "KNB_AC" else "PROS_SPEC"]
        before = desk.unit
        desk.hand_over(other, signing=before.signing)
        desk.write("reply", text="We have it now.")
        desk.write("reply", text="We still have it.", signing=before.signing)

        page = text_of(reporter.browser.get(VIEW))
        reporter.send("message", text=WORDS)

        assert "We have it now." in page
        assert "We still have it." not in page
        assert "is not the one that was announced" not in page
        assert desk.read_last().fields == {"text": WORDS}

    def test_a_body_that_announces_itself_is_not_believed(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        other = desk.make.units["KNB_AC" if desk.case.body_code != "KNB_AC" else "PROS_SPEC"]
        desk.hand_over(other, signing=other.signing)
        desk.write("reply", text="We have it now.")

        page = reporter.browser.get(VIEW)

        assert "We have it now." not in page
        assert "is not the one that was announced" in page

    def test_what_belongs_to_another_case_does_not_pass(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        stranger = ReplyDesk(desk.session, desk.make, desk.make.filed())
        body = stranger.body("reply", text="About somebody else.")
        desk.store(desk.sealed(body), "reply")

        page = text_of(reporter.browser.get(VIEW))

        assert "belongs to another report" in page
        assert "About somebody else." not in page

    def test_what_is_repeated_does_not_pass(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        first = desk.write("reply", text="Once is enough.")
        desk.write("reply", text="Second.")
        desk.store(desk.thread()[first.seq].sealed, "reply")

        page = text_of(reporter.browser.get(VIEW))

        assert page.count("Once is enough.") == 1
        assert "it was repeated or moved" in page

    def test_what_is_taken_out_is_noticed(self, reporter: ReporterBrowser, desk: ReplyDesk) -> None:
        lost = desk.write("reply", text="Nobody shall read this.")
        desk.write("reply", text="After it.")
        desk.session.delete(lost)
        desk.session.commit()

        assert "something was taken out" in text_of(reporter.browser.get(VIEW))

    def test_what_is_sealed_for_others_does_not_pass(
        self, reporter: ReporterBrowser, desk: ReplyDesk
    ) -> None:
        sealed = bytearray(desk.sealed(desk.body("reply", text="Altered.")))
        sealed[-1] ^= 1
        desk.store(bytes(sealed), "reply")

        assert "does not open with your code" in text_of(reporter.browser.get(VIEW))
