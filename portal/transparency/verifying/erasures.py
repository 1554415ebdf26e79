"""What was destroyed: the log says so, the trail says who did it, and nothing is left."""

from collections.abc import Iterator

from portal.cases.models import LogStep
from portal.transparency.queries.case_records import CaseRecord
from portal.transparency.verifying.contents import Contents


def check(facts: CaseRecord, contents: Contents) -> Iterator[str]:
    """Yield what is wrong with the erasure of a case."""
    erased = [step for step in facts.steps if step.digest and step.erased_on is not None]
    if facts.erased and len(erased) != sum(bool(step.digest) for step in facts.steps):
        yield "it was erased, and objects of it are not marked as destroyed"
    if (erased or facts.erased) and "erased" not in facts.acts:
        yield "its objects were destroyed, and the trail does not say by whom"
    if erased and (facts.told or not facts.erased):
        yield "objects are marked as destroyed, and it still has content"
    for step in erased:
        yield from _check_entry(step, contents)


def _check_entry(step: LogStep, contents: Contents) -> Iterator[str]:
    """Check that an entry says that an object was destroyed, once a batch has closed since."""
    if step.erasure is not None:
        if step.position is None or step.erasure <= step.position:
            yield f"the {step.what} of {step.made_on} was destroyed before the log had it"
        return
    before = contents.batches[-2].size if len(contents.batches) > 1 else 0
    is_due = step.position is not None and step.position < before
    if is_due and step.erased_on is not None and contents.last and step.erased_on <= contents.last:
        yield f"the {step.what} of {step.made_on} was destroyed, and no entry says so"
