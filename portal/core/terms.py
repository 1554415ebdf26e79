"""The words of the portal as frozen values: categories, statuses, outcomes, bodies, places."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True)
class Language:
    """A language of the portal; `docs/translations.md` says how to add one."""

    code: str  # ISO 639-1: in addresses, names of catalogues, columns of data
    name: str  # in itself
    day_format: str  # of CLDR, for a day in words
    locale: str  # with its country, as Open Graph names it
    authority: str  # ISO 639-3, as the lists of the European Union name it


SPOKEN: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("kk", "Қазақша", "long", "kk_KZ", "KAZ"),
        # without the "г." behind the year: sentences end with their own full stop
        Language("ru", "Русский", "d MMMM y", "ru_RU", "RUS"),
        Language("en", "English", "d MMMM y", "en_GB", "ENG"),
    )
}
LANGUAGES = tuple(SPOKEN)
FALLBACK = "ru"  # of a browser that asks for none of them, of a file from before a language


@dataclass(frozen=True, init=False)
class Label:
    """One text in every language of the portal: `Label("Иә", "Да", "Yes")`, or by their codes."""

    texts: Mapping[str, str]

    def __init__(self, *in_order: str, **by_language: str) -> None:
        texts = dict(zip(LANGUAGES, in_order, strict=True)) if in_order else by_language
        if texts.keys() != set(LANGUAGES) or not all(text.strip() for text in texts.values()):
            raise ValueError(f"a label lacks a language: {texts}")
        object.__setattr__(self, "texts", {language: texts[language] for language in LANGUAGES})

    def __hash__(self) -> int:
        return hash(tuple(self.texts.values()))

    @classmethod
    def from_file(cls, texts: Mapping[str, str]) -> "Label":
        """Return what a published file says; a language that came later reads as the fallback."""
        return cls(**{language: texts.get(language, texts[FALLBACK]) for language in LANGUAGES})

    def get(self, language: str) -> str:
        """Return the text in one language.

        Raises:
            KeyError: the portal does not speak this language.
        """
        return self.texts[language]


class FileTexts(dict[str, str]):
    """Texts of a published file by language; one that came later reads as the fallback.

    Written again they are what they were.
    """

    def __missing__(self, language: str) -> str:
        if language not in LANGUAGES or FALLBACK not in self:
            raise KeyError(language)
        return self[FALLBACK]


@dataclass(frozen=True)
class Priority:
    """How soon a person looks at a report; 1 is immediate, 4 is routine."""

    id: int
    label: Label


@dataclass(frozen=True)
class Group:
    """One of the first buttons a reporter sees: plain words, several categories behind it."""

    id: str
    order: int
    label: Label


@dataclass(frozen=True)
class Category:
    """One kind of misconduct."""

    id: str
    group: str
    order: int
    priority: int
    label: Label


@dataclass(frozen=True)
class Subcategory:
    """A finer kind inside a category; its own priority, if it has one, replaces the category's."""

    id: str
    category: str
    order: int
    label: Label
    priority: int | None = None


@dataclass(frozen=True)
class PageNotice:
    """A text that a page shows at its place, not an answer."""

    id: str
    label: Label


@dataclass(frozen=True)
class StatusInfo:
    """How a state of a case is called; what is true of it is in `portal.cases.states`."""

    id: str
    order: int
    label: Label


@dataclass(frozen=True)
class OutcomeInfo:
    """How one allegation ended."""

    id: str
    label: Label


@dataclass(frozen=True)
class SanctionKind:
    """What followed for the person or the organisation."""

    id: str
    order: int
    label: Label


@dataclass(frozen=True)
class CriminalStage:
    """How far the criminal track went."""

    id: str
    order: int
    label: Label


@dataclass(frozen=True)
class ExtensionReason:
    """Why a body takes more time."""

    id: str
    order: int
    label: Label


@dataclass(frozen=True)
class Deadline:
    """One clock: how long something may take from a given event."""

    id: str
    order: int
    label: Label
    limit: int
    unit: Literal[
        "immediate",
        "hours",
        "working_day",
        "working_days",
        "days",
        "calendar_days",
        "month",
        "months",
    ]
    # What a term does that ends on a day off; one in working days never does.
    day_off: Literal["never", "stays", "next_working_day"]
    kind: str
    publish: bool

    @property
    def statutory(self) -> bool:
        """Tell whether the law sets the limit, itself or by analogy; otherwise it is our target."""
        return self.kind.startswith("statutory")


@dataclass(frozen=True)
class BodyKind:
    """A kind of body that may receive reports."""

    id: str
    label: Label


class Exclusion(StrEnum):
    """Whom the reports of a category must never reach, in the words of the taxonomy."""

    UNIT = "unit_complained"
    PERSON = "person_complained"
    SUPERIOR = "superior_if_named"
    OWN_SECURITY_IF_HEAD = "DP_USB when the unit head is named"
    OWN_SECURITY_IF_LEADERSHIP = "DP_USB of the same region when the DP leadership is named"
    POLICE_OF_REGION = "all police bodies of the same region"
    MINISTRY_SECURITY = "MVD_DSB"
    OWN_SECURITY = "DP_USB"
    PRISONS = "KUIS"
    WHO_KNEW = "every body that knew of the first report"
    COMMAND_OF_REPORTER = "chain of command of the reporter's unit"


@dataclass(frozen=True)
class RouteRule:
    """Where reports of one category go, before conflicts of interest are looked at."""

    category: str
    primary: str
    copy_to: tuple[str, ...]
    priority: int
    first_clock: str
    exclude: tuple[Exclusion, ...]


@dataclass(frozen=True)
class Helpline:
    """A telephone number shown to people in danger, with how sure we are of it."""

    id: str
    phone: str
    label: Label
    confidence: str

    @property
    def shown(self) -> bool:
        """Tell whether the number is sure enough to be shown."""
        return self.confidence.startswith(("high", "medium"))


@dataclass(frozen=True)
class Region:
    """A region or a city of that rank, with its average population in one year."""

    iso_code: str
    label: Label
    population: int
    year: int


@dataclass(frozen=True)
class Agency:
    """Who can be complained of; `regional`: it has a department in every region."""

    id: str
    order: int
    regional: bool
    label: Label


@dataclass(frozen=True)
class UrgencyRule:
    """Answers to one question that raise the priority."""

    question: str
    options: tuple[str, ...]
    priority: int
