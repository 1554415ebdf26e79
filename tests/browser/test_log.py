"""The browser judges the public log as the server does: proofs, notes, steps, promises."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from bench.modules import Bench, Refused
from crypto import log_entries, notes, steps
from crypto.log_entries import Announcement, Erasure
from crypto.merkle import prove_consistency, prove_inclusion
from crypto.text import to_base64
from tests.crypto import known, logs
from tests.crypto.altering import flipped
from tests.crypto.trees import Tree, numbered

SIZES = 40
TREE = Tree(numbered(SIZES))
# Each of these runs many checks at once and says which of them were passed.
INCLUDED = """
const { fromHex } = lib.bytes;
return arguments[0].map(([leaf, index, size, proof, root]) => {
  try {
    lib.merkle.verifyInclusion(fromHex(leaf), index, size, proof.map(fromHex), fromHex(root));
    return true;
  } catch { return false; }
});
"""
CONSISTENT = """
const { fromHex } = lib.bytes;
return arguments[0].map(([old, size, proof, before, root]) => {
  try {
    lib.merkle.verifyConsistency(old, size, proof.map(fromHex), fromHex(before), fromHex(root));
    return true;
  } catch { return false; }
});
"""
BELIEVED = """
const { checkpoint: { believe }, note: { parseKey } } = lib;
const [texts, [log, ...witnesses], needed] = arguments;
const policy = { log: parseKey(log), witnesses: witnesses.map(parseKey), needed };
return texts.map((text) => {
  try {
    const { origin, size, root, ...rest } = believe(text, policy);
    return { origin, size, root: lib.bytes.toHex(root), ...rest };
  } catch { return null; }
});
"""
PROMISED = """
const key = lib.note.parseKey(arguments[1]);
return arguments[0].map((text) => {
  try {
    const { day, entry } = lib.promise.readPromise(text, key);
    return [day, lib.bytes.toHex(entry)];
  } catch { return null; }
});
"""
CHAIN = """
const { fromHex, toHex } = lib.bytes;
const told = arguments[1].map(([type, payload]) => ({ type, payload: fromHex(payload) }));
return lib.logsteps.chain(fromHex(arguments[0]), told).map(({ entry }) => toHex(entry));
"""
LOG = known.load("log")
WITNESSED = known.load("witnessed")
ENTRIES = known.load("entries")
MERKLE = known.load("merkle")


def spelled(hashes: list[bytes]) -> list[str]:
    return [proof_hash.hex() for proof_hash in hashes]


def wrong(proof: list[bytes]) -> list[list[bytes]]:
    """Give every proof with one bit flipped, one hash more or fewer, or two swapped."""
    made = [[*proof, bytes(32)], [*proof, b""]]
    for place, proof_hash in enumerate(proof):
        rest = proof[place + 1 :]
        made += [[*proof[:place], other, *rest] for other in flipped(proof_hash)]
        made += [proof[:place] + rest, [*proof[:place], proof_hash[:-1], *rest]]
    for place, (item, other) in enumerate(pairwise(proof)):
        if item != other:
            made.append([*proof[:place], other, item, *proof[place + 2 :]])
    return made


def texts(data: bytes) -> list[str]:
    """Give every text that differs from a note in one bit and is UTF-8 at all."""
    results = []
    for other in flipped(data):
        try:
            results.append(other.decode())
        except UnicodeDecodeError:
            continue
    return results


def test_every_entry_of_every_small_tree_is_found_where_it_is_and_nowhere_else(
    bench: Bench,
) -> None:
    good, bad = [], []
    for size in range(1, SIZES + 1):
        root = TREE.root(size).hex()
        for index in range(size):
            proof = spelled(prove_inclusion(index, size, TREE.read))
            leaf = TREE.leaf(index).hex()
            good.append((leaf, index, size, proof, root))
            bad += [(leaf, other, size, proof, root) for other in range(size) if other != index]
            bad += [(leaf, index, index, proof, root), (leaf, -1, size, proof, root)]

    assert all(bench.run(INCLUDED, good))
    assert not any(bench.run(INCLUDED, bad))


def test_every_pair_of_small_trees_is_consistent_and_no_other_proof_fits(bench: Bench) -> None:
    good, bad = [], []
    for size in range(SIZES + 1):
        for old in range(size + 1):
            proof = spelled(prove_consistency(old, size, TREE.read))
            before, root = TREE.root(old).hex(), TREE.root(size).hex()
            good.append((old, size, proof, before, root))
            if old < size:
                bad += [(old + 1, size, proof, before, root), (size, old, proof, before, root)]
            if old:
                bad.append((old, size, proof, bytes(32).hex(), root))
                bad.append((old, size, [*proof, bytes(32).hex()], before, root))

    assert all(bench.run(CONSISTENT, good))
    assert not any(bench.run(CONSISTENT, bad))


def test_published_proofs_fit(bench: Bench) -> None:
    tree = Tree(bytes.fromhex(entry) for entry in MERKLE["entries"])
    roots = MERKLE["roots"]
    hashes = bench.run(
        "return arguments[0].map((entry) => "
        "lib.bytes.toHex(lib.merkle.leafHash(lib.bytes.fromHex(entry))))",
        MERKLE["entries"],
    )

    assert hashes == [tree.leaf(index).hex() for index in range(tree.size)]
    included = [
        (hashes[item["index"]], item["index"], item["size"], item["proof"], roots[item["size"]])
        for item in MERKLE["inclusion"]
    ]
    consistent = [
        (item["old"], item["size"], item["proof"], roots[item["old"]], roots[item["size"]])
        for item in MERKLE["consistency"]
    ]
    assert all(bench.run(INCLUDED, included))
    assert all(bench.run(CONSISTENT, consistent))


def test_no_flipped_bit_of_a_proof_of_a_log_with_961_984_013_entries_goes_unnoticed(
    bench: Bench,
) -> None:
    decoded = "return arguments[0].map((text) => lib.bytes.toHex(lib.bytes.fromBase64(text)))"
    vector = MERKLE["argon2020"]
    before, root, *proof = bench.run(
        decoded, [vector["old_root"], vector["root"], *vector["consistency"]]
    )
    sizes = vector["old"], vector["size"]
    bad = [
        (*sizes, spelled(other), before, root) for other in wrong([bytes.fromhex(p) for p in proof])
    ]
    bad += [(*sizes, proof, other.hex(), root) for other in flipped(bytes.fromhex(before))]
    bad += [(*sizes, proof, before, other.hex()) for other in flipped(bytes.fromhex(root))]

    assert bench.run(CONSISTENT, [(*sizes, proof, before, root)]) == [True]
    assert not any(bench.run(CONSISTENT, bad))


def test_no_flipped_bit_of_leaf_proof_or_root_is_included(bench: Bench) -> None:
    index, size = 21, SIZES
    proof = prove_inclusion(index, size, TREE.read)
    leaf, root = TREE.leaf(index), TREE.root(size)
    bad = [(leaf.hex(), index, size, spelled(other), root.hex()) for other in wrong(proof)]
    bad += [(item.hex(), index, size, spelled(proof), root.hex()) for item in flipped(leaf)]
    bad += [(leaf.hex(), index, size, spelled(proof), item.hex()) for item in flipped(root)]

    assert not any(bench.run(INCLUDED, bad))


def test_places_that_no_number_holds_are_refused(bench: Bench) -> None:
    tree = Tree(numbered(1))
    root = tree.root().hex()

    result = bench.run(INCLUDED, [(root, 0, 1, [], root), (root, 0.5, 1, [], root)])
    assert result == [True, False]
    assert bench.run(INCLUDED, [(root, 0, 2**53, [root] * 53, root)]) == [False]


def test_keys_of_logs_and_witnesses_are_read_and_no_altered_one(bench: Bench) -> None:
    published = known.load("notes")
    keys = [LOG["log_key"], LOG["witness_key"], *WITNESSED["keys"], published["torchwood"]["key"]]
    keys += published["go"]["keys"]
    script = """
      return arguments[0].map((text) => {
        try {
          const { name, kind, id, publicKey } = lib.note.parseKey(text);
          return [name, kind, id, lib.bytes.toHex(publicKey)];
        } catch { return null; }
      });
    """
    bad = [*published["go"]["bad_keys"], "", "name", "name+00000000+", "+00000000+AQ=="]
    bad += texts(LOG["log_key"].encode())

    parsed = [notes.parse_key(text) for text in keys]
    expected = [[key.name, key.kind, key.id.hex(), key.public.hex()] for key in parsed]
    assert bench.run(script, keys) == expected
    assert set(map(str, bench.run(script, bad))) == {"None"}


def test_published_notes_open(bench: Bench) -> None:
    vector = known.load("notes")["go"]
    script = """
      const note = lib.note.parseNote(arguments[0]);
      arguments[1].map(lib.note.parseKey).forEach((key) => lib.note.verifyNote(note, key));
      return note.text;
    """
    note = vector["text"] + "\n" + "".join(vector["signatures"])

    assert bench.run(script, note, vector["keys"]) == vector["text"]
    with pytest.raises(Refused, match="OpenError"):
        bench.run(script, note.replace("cryptography", "cartography"), vector["keys"])
    with pytest.raises(Refused, match="OpenError"):
        bench.run(script, note, [LOG["log_key"]])
    with pytest.raises(Refused, match="FormatError"):
        bench.run(script, LOG["checkpoint"], [LOG["witness_key"]])


def test_a_checkpoint_is_believed_with_its_witness_and_no_flipped_bit_of_it(bench: Bench) -> None:
    keys = [LOG["log_key"], LOG["witness_key"]]
    note = LOG["checkpoint"]
    bad = [text for text in texts(note.encode()) if text.startswith("portal.example/log\n")]

    (result,) = bench.run(BELIEVED, [note], keys, 1)
    assert (result["origin"], result["size"]) == ("portal.example/log", 11)
    assert (result["witnesses"], result["passedOver"]) == (["ngo.example/w"], [])
    assert set(map(str, bench.run(BELIEVED, bad, keys, 1))) == {"None"}


def test_witnesses_are_counted_by_name_and_those_with_lattice_keys_alone_are_passed_over(
    bench: Bench,
) -> None:
    note, keys = WITNESSED["checkpoint"], WITNESSED["keys"]

    (result,) = bench.run(BELIEVED, [note], keys, 1)

    assert result["witnesses"] == ["ngo.example/w"]
    assert sorted(result["passedOver"]) == ["ombudsman.example/w", "paper.example/w"]
    assert bench.run(BELIEVED, [note], keys, 2) == [None]
    assert bench.run(BELIEVED, [LOG["checkpoint"]], keys[:1], 0)[0]["witnesses"] == []


def test_a_witness_of_another_state_and_a_stranger_add_nothing(bench: Bench) -> None:
    keys = [LOG["log_key"], LOG["witness_key"]]
    other = logs.witnessed(logs.state(TREE, 7), logs.WITNESS_KEYS[0].name)
    honest = logs.witnessed(logs.state(TREE, 8))
    moved = notes.Note(honest.text, (*honest.signatures, other.signatures[1])).data.decode()
    strangers = notes.Note(
        honest.text, (*honest.signatures, notes.sign(honest.text, "x.example/w", logs.OTHER_LOG))
    ).data.decode()

    assert bench.run(BELIEVED, [moved], keys, 0) == [None]
    assert bench.run(BELIEVED, [strangers], keys, 0)[0]["witnesses"] == []
    assert bench.run(BELIEVED, [strangers], keys, 1) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "a/log\n-1\n{root}\n",
        "a/log\n01\n{root}\n",
        "a/log\n9007199254740993\n{root}\n",
        "a/log\n1\n{root}\nmore\n",
        "a log\n1\n{root}\n",
        "a/log\n1\nAAAA\n",
        "a/log\n0\n{root}\n",
        "a/log\n1\n{root}",
    ],
)
def test_another_text_is_no_checkpoint(bench: Bench, text: str) -> None:
    script = "lib.checkpoint.parseCheckpoint(arguments[0])"
    with pytest.raises(Refused, match="FormatError"):
        bench.run(script, text.format(root=f"{'A' * 43}="))


def test_the_steps_of_a_case_are_those_of_the_vectors(bench: Bench) -> None:
    told = [(step["type"], step["payload"]) for step in ENTRIES["case"]]

    assert bench.run(CHAIN, ENTRIES["blind"], told) == [entry["entry"] for entry in ENTRIES["case"]]


def test_a_change_of_a_step_shows_in_it_and_in_every_later_one(bench: Bench) -> None:
    told = [(step["type"], step["payload"]) for step in ENTRIES["case"]]
    for place, (kind, payload) in enumerate(told):
        other = next(flipped(bytes.fromhex(payload))).hex()
        changed = bench.run(
            CHAIN, ENTRIES["blind"], [*told[:place], (kind, other), *told[place + 1 :]]
        )
        same = [item == step["entry"] for item, step in zip(changed, ENTRIES["case"], strict=True)]
        assert same == [number < place for number in range(len(told))]


@pytest.mark.parametrize("told", [[("S", "")], [("R", ""), ("R", "")], [("R", ""), ("K", "")]])
def test_a_case_begins_with_its_report_and_has_one(bench: Bench, told: Any) -> None:
    with pytest.raises(Refused, match="FormatError"):
        bench.run(CHAIN, ENTRIES["blind"], told)


def test_payloads_and_entries_are_written_as_the_server_does(bench: Bench) -> None:
    day, record = date(2026, 9, 2), ENTRIES["record"]
    digest, raw = bytes(range(32)), bytes(range(256)) * 4 + bytes(192)
    tag = bytes(range(16))
    result = bench.run(
        """
        const { fromHex, toHex } = lib.bytes;
        const [digest, record, raw, tag] = arguments;
        const [some, none] = [fromHex(digest), fromHex("")];
        const [steps, payloads] = [lib.logsteps, lib.payloads];
        return [
          payloads.reportPayload(some),
          payloads.stepPayload("in_review", "2026-09-02", none, ""),
          payloads.stepPayload("decided", "2026-09-02", some, record),
          payloads.outcomePayload(record, "2026-09-02", some),
          steps.keyEntry("recipient", "PROS_SPEC/1", fromHex(raw)),
          steps.erasureEntry(fromHex(tag)),
        ].map(toHex);
        """,
        digest.hex(),
        record,
        raw.hex(),
        tag.hex(),
    )

    assert result == spelled(
        [
            steps.encode_report(digest),
            steps.encode_step("in_review", day),
            steps.encode_step("decided", day, digest, record.encode()),
            steps.encode_outcome(record.encode(), day, digest),
            Announcement("recipient", "PROS_SPEC/1", raw).entry,
            Erasure(tag).entry,
        ]
    )


def test_a_promise_is_read_and_no_flipped_bit_of_it(bench: Bench) -> None:
    note, key = LOG["promise"], LOG["log_key"]
    expected = ["2026-12-01", ENTRIES["case"][0]["entry"]]

    assert bench.run(PROMISED, [note], key) == [expected]
    assert set(map(str, bench.run(PROMISED, texts(note.encode()), key))) == {"None"}


def test_what_is_no_promise_of_this_log_is_refused(bench: Bench) -> None:
    step = log_entries.parse(bytes.fromhex(ENTRIES["case"][0]["entry"]))
    assert isinstance(step, log_entries.Step)
    entry = to_base64(step.entry)
    other = to_base64(Erasure(bytes(16)).entry)
    of = [
        f"pmp/v1/promise\n{logs.ORIGIN}\n2026-02-30\n{entry}\n",
        f"pmp/v1/promise\n{logs.ORIGIN}\n2026-12-01\n{other}\n",
        f"pmp/v1/promise\nother.example/log\n2026-12-01\n{entry}\n",
        f"pmp/v1/promise\n{logs.ORIGIN}\n2026-12-01\n{entry}\nmore\n",
    ]
    signed = [
        notes.Note(text, (notes.sign(text, logs.ORIGIN, logs.LOG),)).data.decode() for text in of
    ]

    result = bench.run(PROMISED, [*signed, LOG["checkpoint"]], LOG["log_key"])
    assert result == [None] * (len(of) + 1)
