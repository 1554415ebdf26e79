"""The program that reporters run at home: another implementation, and what it says of tampering."""

import importlib.util
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from crypto import checkpoint, cosignature, merkle, notes, receipt, steps
from crypto.checkpoint import Checkpoint
from crypto.cosignature import Policy, derive_witness_key
from crypto.mldsa import MldsaKey
from crypto.notes import Note, VerifierKey
from crypto.signing import SigningKey
from portal.core.terms import LANGUAGES
from portal.dialogue.views.log_findings import TEXTS
from portal.review.service.erasing import erase
from portal.transparency.publishing import files
from portal.transparency.publishing.bundle import CaseBundle
from portal.transparency.writing import log_keys
from portal.web.i18n import use_language
from tests.crypto.known import load
from tests.crypto.trees import Tree, numbered
from tests.dialogue.logged import LATER, LoggedCase, portal_with_case
from tests.factories import TODAY

PROGRAM = Path(__file__).parents[2] / "portal" / "downloads" / "check_report.py"
ALL_MERGED = date(2026, 3, 16)
WITNESSES: dict[str, SigningKey | MldsaKey] = {
    "ngo.example/w": SigningKey(bytes(32)),
    "paper.example/w": MldsaKey(bytes(32)),
}
OTHER = SigningKey(b"another log's seed, 32 bytes....")
NOON = 1_773_640_800  # 2026-03-16 in Kazakhstan
FINE, WRONG, UNREADABLE, PARTLY = range(4)


def program() -> Any:
    """Load the program as a module, for its parts."""
    spec = importlib.util.spec_from_file_location("check_report", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


CHECKER = program()


@dataclass(frozen=True)
class Home:
    """A reporter's own computer: a folder, the code, and the honest file of a case."""

    folder: Path
    case: LoggedCase
    bundle: CaseBundle
    log: Path  # a copy of the whole log

    @property
    def evidence(self) -> str:
        return self.case.blind.hex()

    def put(self, content: str, name: str = "log.json") -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def run(
        self, *given: str, typed: str = "", content: str | None = None, today: date = ALL_MERGED
    ) -> tuple[int, str]:
        """Run the program on a file, and return its exit status and what it prints."""
        file = [] if content == "" else [self.put(content or self.bundle.text)]
        sys.argv = ["check-report.py", *file, "--today", today.isoformat(), *given]
        sys.stdin = io.StringIO(f"{typed or self.evidence}\n")
        kept, sys.stdout = sys.stdout, io.StringIO()
        try:
            status = CHECKER.run()
            return status, sys.stdout.getvalue()
        finally:
            sys.stdin, sys.stdout = sys.__stdin__, kept


def witnessed(bundle: CaseBundle, *names: str, needed: int = 2) -> CaseBundle:
    note = notes.parse(bundle.checkpoint)
    state = checkpoint.parse(note.text)
    lines = [cosignature.cosign(state, name, WITNESSES[name], NOON) for name in names]
    known = tuple(derive_witness_key(name, key) for name, key in WITNESSES.items())
    return replace(
        bundle,
        policy=Policy(bundle.policy.log, known, needed),
        checkpoint=Note(note.text, (*note.signatures, *lines)).data,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("home")
    with portal_with_case(tmp_path_factory.mktemp("portal")) as case:
        case.merge(ALL_MERGED)
        copy = folder / "copy"
        files.publish(case.session, copy)
        bundle = witnessed(case.bundle(), *WITNESSES)
        (copy / "checkpoint").write_bytes(bundle.checkpoint)
        yield Home(folder, case, bundle, copy)


def content(bundle: CaseBundle, **other: object) -> str:
    return json.dumps(json.loads(bundle.text) | other)


class TestAnHonestCase:
    def test_it_passes_with_the_code_alone(self, home: Home) -> None:
        status, told = home.run(typed=home.case.filed.code)

        assert status == FINE
        assert told.count("in the log\n") == 9
        assert "Everything fits" in told
        assert "This does not prove" in told
        assert "seen by ngo.example/w 2026-03-16" in told

    @pytest.mark.parametrize(
        ("language", "words"), [("kk", "Бәрі сәйкес"), ("ru", "Всё сходится"), ("en", "fits")]
    )
    def test_it_is_said_in_three_languages(self, home: Home, language: str, words: str) -> None:
        assert words in home.run("--lang", language)[1]

    def test_without_witnesses_it_is_not_all_proved(self, home: Home) -> None:
        status, told = home.run(content=home.case.bundle().text)

        assert status == PARTLY
        assert "no witness vouches" in told

    def test_what_waits_is_said_with_its_day(self, home: Home) -> None:
        *rest, last = home.bundle.steps
        young = replace(home.bundle, steps=(*rest, replace(last, index=None, proof=())))

        status, told = home.run(content=young.text)

        assert status == PARTLY
        assert "Closed: will be in the log by 2026-03-18" in told

    def test_the_whole_log_has_nothing_more(self, home: Home) -> None:
        assert home.run("--log", str(home.log))[0] == FINE

    def test_the_log_has_what_a_file_from_before_still_waits_for(self, home: Home) -> None:
        waiting = tuple(replace(step, index=None, proof=()) for step in home.bundle.steps)
        young = witnessed(replace(home.case.bundle(), steps=waiting), *WITNESSES)

        status, told = home.run("--log", str(home.log), content=young.text, today=LATER)

        assert told.count("in the log\n") == 9
        assert status == FINE

    def test_the_key_for_checking_does_the_same_for_others(self, home: Home) -> None:
        _, told = home.run("--evidence", typed=home.case.filed.code)

        assert home.evidence in told
        assert home.case.filed.code not in told

    def test_a_promise_alone_is_kept(self, home: Home) -> None:
        given = self.alone(home)

        status, told = home.run(*given, "--log", str(home.log), content="", today=LATER)

        assert (status, "DOES NOT FIT" in told) == (PARTLY, False)
        assert "Your report stands in the log. If the portal says that there is none" in told
        assert "what your code opens it with was exchanged or destroyed" in told
        assert "never the code. To whom: the prosecutor's office" in told
        assert "stands in the log" not in home.run(*given, content="", today=LATER)[1]

    def test_a_promise_alone_that_was_broken_is_found(self, home: Home) -> None:
        given = self.alone(home)
        empty = home.folder / "empty"
        state = Checkpoint(home.bundle.origin, 1, merkle.hash_leaf(b"another"))
        (empty / "tile" / "entries" / "000.p").mkdir(parents=True)
        (empty / "tile" / "entries" / "000.p" / "1").write_bytes(b"\0\7another")
        log = log_keys.derive_signing_key(home.case.make.keyring)
        (empty / "checkpoint").write_bytes(checkpoint.issue(state, log).data)

        status, told = home.run(*given, "--log", str(empty), content="", today=LATER)

        assert status == WRONG
        assert "broke its word" in told

    def test_a_promise_alone_tells_what_was_destroyed_on_purpose(
        self, home: Home, tmp_path: Path
    ) -> None:
        with portal_with_case(tmp_path) as case:
            bundle = case.bundle()
            erase(case.session, case.filed.case, actor="system", today=ALL_MERGED)
            case.session.commit()
            case.merge(ALL_MERGED + timedelta(days=7))
            files.publish(case.session, tmp_path / "copy")
            other = replace(home, case=case, bundle=bundle)
            given = (*self.alone(other), "--log", str(tmp_path / "copy"))

            status, told = other.run(*given, content="", today=LATER)

        assert status == PARTLY
        assert "was destroyed on purpose" in told

    @staticmethod
    def alone(home: Home) -> list[str]:
        promise = home.put(home.bundle.promise.decode(), "promise")
        policy = home.put(f"log {home.bundle.policy.log[0].text}\nquorum 0\n", "policy")
        return ["--promise", promise, "--policy", policy]


class TestATamperedFile:
    def test_every_flipped_bit_is_found(self, home: Home) -> None:
        text = home.bundle.text
        unsigned = {text.index('"needed":2') + 9}  # who is trusted, is for the reader to say
        day = text.index('"day":"2026-03-02"') + 7  # of the report: only its week is promised
        for place in range(len(text)):
            flipped = chr(ord(text[place]) ^ 1 << place % 5)
            status, told = home.run(content=text[:place] + flipped + text[place + 1 :])
            if place not in unsigned and place not in range(day, day + 10):
                assert status in {WRONG, UNREADABLE}, (text[place - 20 : place + 20], told)

    @pytest.mark.parametrize("number", range(9))
    def test_a_dropped_step_is_found(self, home: Home, number: int) -> None:
        kept = home.bundle.steps[:number] + home.bundle.steps[number + 1 :]

        status, told = home.run(
            "--log", str(home.log), content=replace(home.bundle, steps=kept).text
        )

        assert status == (UNREADABLE if number == 0 else WRONG)
        assert number == 0 or ("left out" in told or "leaves out" in told or "later" in told)

    def test_steps_that_change_places_are_found(self, home: Home) -> None:
        first, second, third, *rest = home.bundle.steps
        swapped = replace(home.bundle, steps=(first, third, second, *rest))

        status, told = home.run(content=swapped.text)

        assert status == WRONG
        assert "2. 2026-03-02  Assessment: DOES NOT FIT" in told
        assert told.count("cannot be judged") == 7

    @pytest.mark.parametrize(
        "other",
        [
            {"digest": "ab" * 32},
            {"digest": "x"},
            {"day": (TODAY + timedelta(days=1)).isoformat()},
            {"what": "reply"},
            {"type": "O"},
            {"record": "{}"},
            {"index": 0},
            {"index": -1},
            {"index": 1 << 70},
            {"proof": []},
            {"erased": None, "more": 1},
        ],
        ids=str,
    )
    def test_every_altered_field_is_found(self, home: Home, other: dict[str, object]) -> None:
        altered = json.loads(home.bundle.text)
        number = next(n for n, item in enumerate(altered["steps"]) if item["what"] == "question")
        if other.get("index") == altered["steps"][number]["index"]:
            other = {"index": 1}
        altered["steps"][number] |= other

        assert home.run(content=json.dumps(altered))[0] in {WRONG, UNREADABLE}

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", "null", '{"v":1}', "\0", "9" * 5000, "[" * 9000]
    )
    def test_what_is_no_file_of_a_case_is_refused(self, home: Home, text: str) -> None:
        status, told = home.run(content=text or " ")

        assert status == UNREADABLE
        assert "Not readable" in told

    def test_a_state_of_another_log_is_refused(self, home: Home) -> None:
        state = checkpoint.parse(notes.parse(home.bundle.checkpoint).text)
        forged = replace(home.bundle, checkpoint=checkpoint.issue(state, OTHER).data)

        assert "not signed by the log" in home.run(content=forged.text)[1]

    def test_a_log_under_another_key_is_found_by_who_knows_the_key(self, home: Home) -> None:
        known = home.put(f"log {home.bundle.policy.log[0].text}\nquorum 0\n", "policy")
        state = checkpoint.parse(notes.parse(home.bundle.checkpoint).text)
        foreign = notes.derive_verifier_key(home.bundle.origin, OTHER)
        forged = replace(
            home.bundle,
            policy=Policy((foreign,)),
            promise=b"",
            checkpoint=checkpoint.issue(state, OTHER).data,
        )

        assert home.run(content=forged.text)[0] == PARTLY
        status, told = home.run("--policy", known, content=forged.text)
        assert status == WRONG
        assert "not the one that you trust" in told

    @pytest.mark.parametrize("names", [(), ("ngo.example/w",), ("paper.example/w",)])
    def test_too_few_witnesses_are_found(self, home: Home, names: tuple[str, ...]) -> None:
        few = witnessed(home.case.bundle(), *names)

        status, told = home.run(content=few.text)

        assert status == WRONG
        assert "too few witnesses" in told.lower()

    def test_witnesses_of_ones_own_choice_count(self, home: Home) -> None:
        lines = [f"log {home.bundle.policy.log[0].text}", "# whom I trust", "quorum 1"]
        trusted = derive_witness_key("ngo.example/w", WITNESSES["ngo.example/w"])
        stranger = derive_witness_key("stranger.example/w", OTHER)

        def under(key: VerifierKey) -> int:
            policy = home.put(
                "\n".join([*lines, f"witness {key.text} https://w.example"]), "policy"
            )
            return home.run("--policy", policy)[0]

        assert (under(trusted), under(stranger)) == (FINE, WRONG)


class TestThePromise:
    def test_a_promise_that_was_broken_is_found(self, home: Home) -> None:
        waiting = tuple(replace(step, index=None, proof=()) for step in home.bundle.steps)
        young = replace(home.bundle, steps=waiting).text

        assert "broke its word" not in home.run(content=young, today=date(2026, 3, 11))[1]
        assert "broke its word" in home.run(content=young, today=date(2026, 3, 12))[1]

    def test_that_of_another_report_is_not_of_this_one(self, home: Home) -> None:
        other = replace(home.bundle, promise=home.case.bundle().promise)
        status, told = home.run(typed="ab" * 32, content=other.text)

        assert status == WRONG
        assert "promised another report" in told

    def test_the_week_of_the_report_is_promised(self, home: Home) -> None:
        first, *rest = home.bundle.steps
        moved = replace(first, day=first.day - timedelta(days=7))

        told = home.run(content=replace(home.bundle, steps=(moved, *rest)).text)[1]

        assert "dated back" in told


class TestTheWholeLog:
    def test_steps_that_the_file_hides_are_found(self, home: Home) -> None:
        fewer = replace(home.bundle, steps=home.bundle.steps[:-2])

        assert home.run(content=fewer.text)[0] == FINE  # nothing in the file itself tells
        status, told = home.run("--log", str(home.log), content=fewer.text)
        assert status == WRONG
        assert "hidden from you" in told

    def test_another_log_for_everybody_else_is_found(self, home: Home) -> None:
        fork = home.folder / "fork"
        bundle = fork / "tile" / "entries" / "000.p"
        bundle.mkdir(parents=True)
        signed = checkpoint.parse(notes.parse(home.bundle.checkpoint).text)
        own = home.log / "tile" / "entries" / "000.p" / str(signed.size)
        data = own.read_bytes()
        (bundle / str(signed.size)).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        leaves = [merkle.hash_leaf(entry) for entry in CHECKER.read_entries(str(fork), signed.size)]
        state = Checkpoint(signed.origin, signed.size, CHECKER.compute_root(leaves))
        log = log_keys.derive_signing_key(home.case.make.keyring)
        (fork / "checkpoint").write_bytes(checkpoint.issue(state, log).data)

        status, told = home.run("--log", str(fork))

        assert status == WRONG
        assert "not everybody is shown the same log" in told

    @pytest.mark.parametrize("name", ["nowhere", "http://127.0.0.1:9/log"])
    def test_a_log_that_does_not_answer_is_said(self, home: Home, name: str) -> None:
        status, told = home.run("--log", name)

        assert status == UNREADABLE
        assert "does not answer" in told


class TestTheCode:
    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("1", "no code of a receipt"),
            ("0" * 30, "no code of a receipt"),
            ("٣" * 30, "no code of a receipt"),
            ("0" * 35, "no code of a receipt"),
            ("x" * 64, "is none: x"),
            ("12345О 123450", "is none: О"),
            ("000000 000000 000001 000000 000000 000000", "wrong. Group: 3"),
        ],
    )
    def test_what_is_no_code_is_said(self, home: Home, typed: str, told: str) -> None:
        status, said = home.run(typed=typed)

        assert status == UNREADABLE
        assert told in said
        assert len(typed) == 1 or typed not in said

    @pytest.mark.parametrize(
        "typed",
        ["314155 926532 589794 323848 626431 383276", "00000 97474 09459 65574 31872 10583"],
    )
    def test_another_code_finds_nothing(self, home: Home, typed: str) -> None:
        status, told = home.run(typed=typed)

        assert status == WRONG
        assert "1. 2026-03-02  Your report was filed: DOES NOT FIT" in told

    def test_it_is_never_an_argument(self, home: Home) -> None:
        with pytest.raises(SystemExit):
            home.run(home.case.filed.code)


class TestTheSameSpecification:
    def test_codes_give_the_same_keys(self) -> None:
        for known in load("receipt"):
            for typed in (known["digits"], *known["also"]):
                assert CHECKER.derive_blinding_key(typed).hex() == known["blind"]

    @pytest.mark.parametrize("known", load("receipt-typed"), ids=lambda known: known["text"])
    def test_codes_are_read_alike(self, known: dict[str, str]) -> None:
        if len(known["text"]) > receipt.MAX_TYPED:
            return  # nobody sends it anywhere here, so its length harms nobody
        if "secret" in known:
            keys = receipt.derive(bytes.fromhex(known["secret"]))
            assert CHECKER.derive_blinding_key(known["text"]) == keys.blinding_key
        else:
            with pytest.raises(CHECKER.Mismatch):
                CHECKER.derive_blinding_key(known["text"])

    def test_steps_give_the_same_entries(self) -> None:
        known = load("entries")
        previous = b""
        for number, step in [*enumerate(known["case"]), *enumerate(known["with_facts"])]:
            previous = previous if number else b""
            made = CHECKER.build_entry(
                bytes.fromhex(known["blind"]), number, previous, self.stated(step)
            )
            assert made.hex() == step["entry"]
            previous = made[18:]

    @staticmethod
    def stated(step: dict[str, str]) -> dict[str, str]:
        """Read a payload back into what a file says of the step."""
        payload, parts = bytes.fromhex(step["payload"]), []
        while payload:
            end = 4 + int.from_bytes(payload[:4], "big")
            parts.append(payload[4:end])
            payload = payload[end:]
        order = {
            "R": ("digest", "facts", "inside"),
            "S": ("what", "day", "digest", "record", "facts", "inside"),
            "O": ("record", "day", "digest"),
        }
        named = dict(zip(order[step["type"]], parts, strict=False))
        said = {name: named.get(name, b"").decode() for name in ("what", "day", "record", "facts")}
        said["inside"] = named.get("inside", b"").hex()
        return {"type": step["type"], "digest": named["digest"].hex(), **said}

    def test_notes_proofs_and_promises_are_read_alike(self) -> None:
        known = load("log")
        log, witness = CHECKER.parse_key(known["log_key"]), CHECKER.parse_key(known["witness_key"])
        state = CHECKER.verify_state(known["checkpoint"], [log])
        own = checkpoint.parse(notes.parse(known["checkpoint"].encode()).text)

        assert (state.size, state.root) == (own.size, own.root)
        assert list(CHECKER.verify_witnesses(known["checkpoint"], [witness], 1)) == [witness.name]
        by, entry = CHECKER.verify_promise(known["promise"], [log])
        case = load("entries")["case"]
        assert (by, entry.hex()) == (date(2026, 12, 1), case[0]["entry"])
        _, index, *hashes = known["proof"].split("\n\n")[0].split("\n")
        place = int(index.removeprefix("index "))
        result = CHECKER.compute_proved_root(
            CHECKER.hash_bytes(b"\0" + bytes.fromhex(case[place]["entry"])),
            place,
            state.size,
            [CHECKER.unbase64(text) for text in hashes],
        )
        assert result == state.root

    def test_all_kinds_of_witnesses_are_understood(self) -> None:
        known = load("witnessed")
        log, *witnesses = [CHECKER.parse_key(key) for key in known["keys"]]
        note = known["checkpoint"]

        assert CHECKER.verify_state(note, [log]).size
        assert len(CHECKER.verify_witnesses(note, witnesses, len(witnesses))) == len(witnesses)

    def test_every_proof_of_every_small_tree_is_accepted(self) -> None:
        for size in range(1, 40):
            tree = Tree(numbered(size))
            leaves = [tree.leaf(index) for index in range(size)]
            root = CHECKER.compute_root(leaves)
            assert root == tree.root()
            for index, leaf in enumerate(leaves):
                proof = merkle.prove_inclusion(index, size, tree.read)
                assert CHECKER.compute_proved_root(leaf, index, size, proof) == root

    def test_each_case_has_the_same_commitments(self, home: Home) -> None:
        told = json.loads(home.bundle.text)["steps"]
        number = 0
        previous = b""
        for number, step in enumerate(told):
            previous = CHECKER.build_entry(home.case.blind, number, previous, step)[18:]
        assert number == 8
        assert steps.derive_tag(home.case.blind, "S", 8) == CHECKER.derive_tag(
            home.case.blind, "S", 8
        )


def test_it_calls_steps_as_the_pages_do(app: Flask) -> None:
    source = PROGRAM.read_text("utf-8")
    with app.test_request_context("/en/"):
        for code, name in TEXTS.items():
            told = []
            for language in LANGUAGES:
                with use_language(language):
                    told.append(str(name))
            assert f"\n{code} = {' | '.join(told)}\n" in source


def test_what_it_says_has_three_languages_and_whom_to_show_it() -> None:
    groups = {"watchers", "authorities"}
    for line in CHECKER.TEXTS.strip().splitlines():
        word, texts = line.split(" = ")
        proves, _, group = texts.partition(" / ")
        assert len(proves.split(" | ")) == 3, word
        assert group in groups | {""}
