"""The words that the scripts of a case need, in the language of the page."""

from flask_babel import gettext as _

from portal.core.taxonomy import load
from portal.web.i18n import translate_label


def collect_texts() -> dict[str, str]:
    """Return every text that a script shows, by its name there."""
    return _name_fields() | _name_values() | _name_faults() | _name_work()


def _name_fields() -> dict[str, str]:
    """Return the names of the parts of opened bodies."""
    return {
        "field.category": _("Category"),
        "field.subcategory": _("What happened"),
        "field.region": _("Region"),
        "field.agency": _("Complained of"),
        "field.leadership": _("The head of the unit is meant"),
        "field.outside_police": _("Only outside the police"),
        "field.language": _("Language"),
        "field.text": _("Text"),
        "field.facts": _("What was established"),
        "field.law": _("What the law says"),
        "field.finding": _("What was decided"),
        "field.review": _("How to have it reviewed"),
        "field.answer": _("The answer was"),
        "field.respect": _("Was treated with respect"),
        "field.until": _("New date"),
        "field.reason": _("Reason"),
        "field.act": _("What the reporter asks"),
        "transfer.to": _("Given to"),
        "writer": _("Written by %(name)s; the reporter does not see this name.") % _NAME,
        "files": _("Files"),
        "file.download": _("Open and save"),
        "file.unnamed": _("file"),
    }


def _name_values() -> dict[str, str]:
    """Return what the codes inside opened bodies mean."""
    return {
        "value.true": _("yes"),
        "value.false": _("no"),
        "value.yes": _("yes"),
        "value.no": _("no"),
        "value.unknown": _("does not know"),
        "value.skip": _("does not want to say"),
        "value.substantive": _("on the substance"),
        "value.partial": _("in part"),
        "value.formal": _("a mere formality"),
        "value.withdraw": _("to withdraw the report"),
        "value.review": _("a review of the decision"),
        **{
            f"value.{code}": translate_label(reason.label)
            for code, reason in load().extension_reasons.items()
        },
    }


def _name_faults() -> dict[str, str]:
    """Return why an object is not shown."""
    return {
        "fault": _("This object did not pass the check and is not shown."),
        "fault.open": _("It does not open with your keys, or its bytes were altered."),
        "fault.fetch": _("It could not be fetched. Please reload the page."),
        "fault.rid": _("It belongs to another case."),
        "fault.thread": _("It belongs to another thread."),
        "fault.seq": _("It stands at another place than its writer put it."),
        "fault.prev": _("What stands before it is not what its writer saw."),
        "fault.signature": _("It was not signed by the one who should have written it."),
        "fault.author": _("It is of a kind that this writer does not write."),
        "fault.format": _("It does not have the form it must have."),
        "fault.type": _("It is of an unknown kind."),
        "fault.attachment": _("The file is not the one that the text names."),
        "fault.gap": _("An object is missing in the thread."),
    }


def _name_work() -> dict[str, str]:
    """Return what is said while somebody writes."""
    return {
        "work.sealing": _("Sealing…"),
        "work.sending": _("Sending…"),
        "work.sent": _(
            "It was sent. There is other text on this page: send or remove it,"
            " then load the page again to see the case as it stands now."
        ),
        "work.opening": _("Opening…"),
        "work.keys": _("Opening %(done)s of %(total)s objects for the next body…") % _NUMBERS,
        "work.empty": _("Please write something."),
        "work.parts": _("All four parts are needed."),
        "work.changed": _(
            "The case has changed meanwhile. Your text is still here: "
            "look at the case in another tab, then send it again."
        ),
        "work.expired": _(
            "Your browser did not send the cookie of your sign-in. Your text is still here: "
            "sign in in another tab, then send it again."
        ),
        "work.refused": _("This was not taken. Please check the fields marked below."),
        "work.unsigned": _("This was not taken, and your text is still here."),
        "work.receiver": _("This body may not have the case. The attempt was written down."),
        "work.no_report": _("The report did not open, so nothing can be sealed for its writer."),
        "work.no_key": _(
            "You hold no copy of the key whose signature the reporter trusts. "
            "Ask the head of your body to admit you to it."
        ),
        "work.failed": _("It was not sent. Your text is still here."),
    }


# Scripts put the numbers in.
_NUMBERS = {"done": "{done}", "total": "{total}"}
# And the name.
_NAME = {"name": "{name}"}
