"""The steps of a case against its entries: each is opened with the key of the case."""

from collections.abc import Iterator

from crypto import steps
from crypto.errors import CryptoError
from crypto.log_entries import REPORT
from portal.cases.models import LogStep
from portal.transparency.queries.case_records import CaseRecord
from portal.transparency.writing.chaining import encode_payload
from portal.transparency.writing.log_keys import BlindingKeys


def check(facts: CaseRecord, blinds: BlindingKeys) -> Iterator[str]:
    """Yield what is wrong with the chain of a case: steps that are missing, moved, or say else."""
    chain = sorted(
        (step for step in facts.steps if step.number is not None), key=lambda step: step.number or 0
    )
    if [step.id for step in chain] != sorted(step.id for step in chain):
        yield "its steps are in another order than they were told in"
    if not chain or chain[0].type != REPORT or chain[0].number:
        yield "the log has no entry that it was received"
        return
    if [step.number for step in chain] != list(range(len(chain))):
        yield "a step between others is missing"
        return
    if facts.log_key is None:
        if not facts.erased:
            yield "the key of its steps is gone, although it was not erased"
        return
    try:
        blinding_key = blinds.decrypt_key(facts.id, facts.log_key)
        yield from _check_openings(blinding_key, chain)
    except (CryptoError, ValueError) as error:
        yield f"the key of its steps, or a step, cannot be read: {error}"


def _check_openings(blinding_key: bytes, chain: list[LogStep]) -> Iterator[str]:
    previous = b""
    for step in chain:
        made = steps.commit(
            blinding_key, step.type, step.number or 0, previous, encode_payload(step)
        )
        if made.tag != step.tag:
            yield f"step {step.number} ({step.what}) stands in the log under another tag"
        elif made.commitment != step.commitment:
            yield (
                f"step {step.number} ({step.what} of {step.made_on}) does not say what the log"
                " committed to: it was altered after it was told, or one before it was"
            )
            return
        previous = step.commitment or b""
