"""The page on which bodies explain their figures, and what readers get to see of it."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Role
from portal.cases.bodies import DP_USB, PORTAL_BOARD
from portal.statistics import workflow
from portal.statistics.forms import LONGEST_REPLY
from portal.statistics.releases import replies
from tests.factories import Make
from tests.page import XHTML, Browser, hidden, text_of, tree_of
from tests.staff import StaffBrowser, signed, signed_in
from tests.statistics.histories import Q3, QuarterPublisher

PAGE = "/en/staff/replies"
PUBLIC = "/en/figures/replies"
CITY = f"{DP_USB}.KZ-75"
TEXT = "Мы открыли новый пункт приёма.\n\n<b>Заявлений</b> стало больше & это хорошо."
MARKED = (
    '<p>Открыт <strong>пункт</strong>.</p><ul><li><a href="https://x.example">где</a>'
    '</li></ul><p><a href="javascript:x">тут</a><img src="https://x.example/pixel">'
    '<p onclick="x()">и всё'
)
CLEANED = (
    "<p>Открыт <strong>пункт</strong>.</p><ul><li>"
    '<a href="https://x.example" rel="noreferrer noopener">где</a></li></ul><p>тут&lt;img'
)
GIVEN = {"release": f"{Q3}/v1", "area": "KZ-75", "about": "all", "ru": TEXT, "careful": "y"}


@pytest.fixture
def press(press: QuarterPublisher) -> QuarterPublisher:
    """A portal with one release."""
    press.publish()
    return press


@pytest.fixture
def head(app: Flask, make: Make, press: QuarterPublisher) -> Browser:
    assert press.newest().released_on
    make.body(CITY)
    return signed_in(app, make.person(body_code=CITY, role=Role.HEAD, key=False).account)


@pytest.fixture
def board(app: Flask, make: Make, press: QuarterPublisher) -> Browser:
    assert press.newest().released_on
    make.body(PORTAL_BOARD)
    person = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT, key=False)
    return signed_in(app, person.account)


def write(head: Browser, *, status: int = 303, **other: str) -> str:
    return head.post(PAGE, page=head.get(PAGE), status=status, **(GIVEN | other))


def decide(board: Browser, verdict: str, *, status: int = 303) -> str:
    return board.post(f"{PAGE}/1", page=board.get(PAGE), status=status, verdict=verdict)


class TestPublishing:
    def test_from_the_head_over_the_board_to_the_reader(
        self, head: Browser, board: Browser, client: FlaskClient
    ) -> None:
        write(head)
        assert "waits for the oversight board" in text_of(head.get(PAGE))
        assert "Заявлений" not in client.get("/ru/figures/replies").text
        decide(board, "published")

        page = Browser(client).get("/ru/figures/replies")
        assert "&lt;b&gt;Заявлений&lt;/b&gt; стало больше &amp; это хорошо." in page
        assert f"/figures/{Q3}/v1/ru/region-KZ-75.html" in page
        assert "In Русский:" in text_of(Browser(client).get(PUBLIC))
        assert "published on" in text_of(head.get(PAGE))

    def test_markup_is_cleaned_on_pages_and_stays_as_written_in_the_file(
        self, app: Flask, head: Browser, board: Browser, client: FlaskClient, tmp_path: Path
    ) -> None:
        write(head, ru=MARKED)
        decide(board, "published")
        app.test_cli_runner().invoke(args=["export-site", str(tmp_path)])

        copied = (tmp_path / "ru" / "figures" / "replies" / "index.html").read_text("utf-8")
        for page in (client.get("/ru/figures/replies").text, copied, head.get(PAGE)):
            tree = tree_of(page)
            assert CLEANED in page
            assert not list(tree.iter(f"{XHTML}img"))
            assert not [part for part in tree.iter() if part.get("onclick")]
            assert "javascript:x" not in {part.get("href") for part in tree.iter()}
        (told,) = json.loads(client.get("/figures/replies.json").text)["replies"]
        assert json.loads(client.get(f"/figures/{told['href']}").text)["text"]["ru"] == MARKED

    def test_the_feed_and_the_files_tell_of_it(
        self, head: Browser, board: Browser, client: FlaskClient
    ) -> None:
        write(head)
        before = client.get("/figures/feed.atom").text
        decide(board, "published")

        told = client.get("/figures/feed.atom").text
        assert told.count("<entry>") == before.count("<entry>") + 1
        assert "A body explains the figures of 2026-q3/v1" in told
        (listed,) = json.loads(client.get("/figures/replies.json").text)["replies"]
        answer = client.get(f"/figures/{listed['href']}")
        assert "immutable" in answer.headers["Cache-Control"]
        assert json.loads(answer.text)["text"] == {"kk": None, "ru": TEXT, "en": None}
        assert len(client.get(f"/figures/{listed['href']}.sig").data) == 64
        assert client.get("/figures/replies/").location.endswith("/figures/replies")

    def test_a_run_that_broke_off_before_the_file_was_written_is_made_good(
        self, head: Browser, board: Browser, client: FlaskClient, press: QuarterPublisher
    ) -> None:
        write(head)
        decide(board, "published")
        for path in (press.folder / replies.FOLDER).iterdir():
            path.unlink()

        board.get(PAGE)
        assert "Заявлений" not in client.get("/ru/figures/replies").text
        with press.app.app_context():
            workflow.write_replies(press.desk)  # as the daily `release` does

        assert "Заявлений" in client.get("/ru/figures/replies").text

    def test_what_is_returned_is_told_to_the_body_only(
        self, head: Browser, board: Browser, client: FlaskClient
    ) -> None:
        write(head)
        decide(board, "names")

        assert "it names a person" in text_of(head.get(PAGE))
        assert json.loads(client.get("/figures/replies.json").text) == {"replies": []}
        decide_again = board.client.post(f"{PAGE}/1")
        assert decide_again.status_code in {409, 422}


class TestRefusing:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"ru": " \n "}, "in one language at least"),
            ({"ru": "ы" * (LONGEST_REPLY + 1)}, "This is too long"),
            ({"kk": "көрінбейтін\u202e белгі"}, "Invisible characters"),
            ({"careful": ""}, "Please answer this question"),
            ({"release": "2020-q1/v1"}, "Please look at this again"),
            ({"area": "KZ-71"}, "Please look at this again"),
            ({"about": "officers"}, "Please look at this again"),
            ({"about": "rate"}, "no such figure"),
        ],
    )
    def test_what_cannot_be_taken_comes_back_with_its_reason(
        self, head: Browser, given: dict[str, str], said: str
    ) -> None:
        page = write(head, status=422, **given)

        assert said in text_of(page)
        assert "There are none" in text_of(head.get(PAGE))

    def test_a_decision_needs_an_answer(self, head: Browser, board: Browser) -> None:
        write(head)

        assert "Please answer this question" in text_of(decide(board, "", status=422))
        assert "Please look at this again" in text_of(decide(board, "perhaps", status=422))
        page = board.get(PAGE)
        sent = {**hidden(page, f"{PAGE}/1"), "verdict": "published"}
        assert board.client.post(f"{PAGE}/99", data=sent).status_code == 403, "nobody signed it"
        assert isinstance(board, StaffBrowser)
        assert board.account is not None
        whole = signed(board.account, "decide_reply", "99", sent, page)
        assert board.client.post(f"{PAGE}/99", data=whole).status_code == 404

    @pytest.mark.usefixtures("press")
    @pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.ADMINISTRATOR])
    def test_others_do_not_speak_for_their_body(self, app: Flask, make: Make, role: Role) -> None:
        make.body(CITY)
        body = None if role is Role.ADMINISTRATOR else CITY
        other = signed_in(app, make.person(body_code=body, role=role, key=False).account)

        other.get(PAGE, status=403)
        assert other.client.post(PAGE, data=GIVEN).status_code in {400, 403}

    def test_the_board_writes_none_and_a_head_decides_none(
        self, head: Browser, board: Browser
    ) -> None:
        write(head)
        by_board = {**hidden(board.get(PAGE), f"{PAGE}/1"), **GIVEN}
        by_head = {**hidden(head.get(PAGE), PAGE), "verdict": "published"}

        assert board.client.post(PAGE, data=by_board).status_code == 403
        assert head.client.post(f"{PAGE}/1", data=by_head).status_code == 403


@pytest.mark.parametrize("name", ["2026-q3-v1-1.json", "x", "..%2Fdates.json", "%00.json"])
def test_a_reply_that_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/figures/replies/{name}").status_code == 404


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_without_a_reply_every_place_says_so(client: FlaskClient, language: str) -> None:
    page = Browser(client).get(f"/{language}/figures/replies")

    assert page.count('<li id="KZ') == 21
