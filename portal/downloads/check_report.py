"""Checks, without any server, that a report stands in the public log and says what was told.

    python check-report.py log.json            the file of your case; your code is asked for
    python check-report.py --promise FILE      the promise you got with your code (also without log.json)
    ... --policy FILE      whom you trust: lines "log KEY", "witness KEY" and "quorum NUMBER"
    ... --log ADDRESS      read the whole log, https://portal.example/log or a folder with a copy
    ... --evidence         print a key that lets others check this, but opens nothing you wrote
    ... --lang kk|ru|en    --today 2026-03-31 (another day than the clock of this computer says)

The code, or the key that --evidence printed, is typed or comes by standard input; it goes nowhere.
Exit status: 0 all of it is in the log. 1 something does not fit. 2 it cannot be checked.
3 nothing is wrong, but a step waits for the log, or no witness vouches for it.

Needs Python 3.11 and the package cryptography 50. How it works: docs/crypto-spec.md, sections 6 and 9.
"""

import argparse
import base64
import getpass
import hashlib
import hmac
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KAZAKHSTAN = timezone(timedelta(hours=5))
# H. M. Damm, Total anti-symmetrische Quasigruppen, thesis, Marburg 2004.
DAMM = (
    *("0317598642", "7092154863", "4206871359", "1750983426", "6123045978"),
    *("3674209581", "5869720134", "8945362017", "9438617205", "2581436790"),
)
BUNDLE = {"v", "origin", "log_key", "policy", "promise", "checkpoint", "steps"}
STEP = {"type", "what", "day", "digest", "record", "facts", "inside", "index", "proof", "erased"}
LANGUAGES = ("kk", "ru", "en")  # the columns of TEXTS
# Each line: a word of this program, then it in each language. Faults: what they prove / what to do / whom to show it.
TEXTS = """
report = Хабарламаңыз қабылданды | Ваше сообщение принято | Your report was filed
message = Сіз жаздыңыз | Вы написали | You wrote
verdict = Сіз баға бердіңіз | Вы дали оценку | You gave your verdict
question = Сізге сұрақ қойылды | Вам задали вопрос | You were asked a question
reply = Сізге жауап берілді | Вам ответили | You were answered
transfer = Хабарламаңыз басқа органға берілді | Ваше сообщение передано другому органу | Your report was given to another body
facts = Хабарламаңыздың кодтары жазылды | Записаны коды вашего сообщения | Codes of your report were written down
coded = Портал былай сақтап, санауға тиіс (бетпен салыстырыңыз): | Портал должен хранить и считать так (сравните со страницей): | The portal must keep and count it as (compare with its page):
received = Қабылданды | Получено | Received
acknowledged = Оқылды, тіркелді | Прочитано и зарегистрировано | Read and registered
assessment = Алдын ала бағалау | Предварительная оценка | Assessment
need_info = Сізден нақтылау күтілуде | Нужны уточнения от вас | We need more details from you
routed = Құзыретті органға жіберілді | Направлено в компетентный орган | Sent to the competent body
in_review = Қызметтік тергеу немесе тексеру жүріп жатыр | Идёт служебное расследование или проверка | Under investigation or review
criminal_track = Сотқа дейінгі тергеп-тексеру тіркелді | Зарегистрировано досудебное расследование (ЕРДР) | Criminal investigation registered
extended = Мерзімі ұзартылды | Срок продлён | Time extended
decided = Шешім қабылданды | Решение принято | Decision made
review_requested = Қайта қарау сұралды | Запрошен пересмотр | Review requested
reopened = Қайта ашылды | Возобновлено | Reopened
closed = Жабылды | Закрыто | Closed
in = журналда бар | есть в журнале | in the log
waits = журналда мына күнге дейін болады: | будет в журнале до | will be in the log by
kept = Хабарламаңыз журналда тұр. Портал ондай хабарлама жоқ немесе кодыңыз оны ашатын бөлік ауыстырылған не жойылған десе, хабарламаны алып тастаған немесе бұзған: уәде мен тексеру кілтін (--evidence) көрсетіңіз, кодты ешқашан көрсетпеңіз. Кімге: | Ваше сообщение стоит в журнале. Если портал говорит, что его нет или что подменено либо уничтожено то, чем его открывает ваш код, его убрали или испортили: покажите обещание и ключ проверки (--evidence), но никогда не код. Кому: | Your report stands in the log. If the portal says that there is none, or that what your code opens it with was exchanged or destroyed, it was taken away or spoilt: show the promise and the key for checking (--evidence), never the code. To whom:
destroyed = Хабарламаңыз журналда тұр, оның мәтіні әдейі жойылғаны да сонда жазылған: сақтау мерзімі біткенде немесе екі адамның шешімімен солай болады. | Ваше сообщение стоит в журнале, и там же записано, что его текст уничтожен намеренно: так бывает, когда срок хранения вышел или так решили двое. | Your report stands in the log, and so does the word that its text was destroyed on purpose: that happens when its time is over, or when two people decide it.
wrong = СӘЙКЕС ЕМЕС | НЕ СХОДИТСЯ | DOES NOT FIT
unjudged = тексеру мүмкін емес: алдыңғы қадам сәйкес емес | проверить нельзя: не сходится шаг раньше | cannot be judged: an earlier step does not fit
erased = мәтіні әдейі жойылған | текст уничтожен намеренно | its text was destroyed on purpose
saw = журналдың бұл күйін көрген куәгер: | это состояние журнала видел свидетель: | this state of the log was seen by
good = Бәрі сәйкес. Көрсетілген қадамдарды порталдағы бетпен салыстырыңыз. | Всё сходится. Сравните показанные шаги со страницей портала. | Everything fits. Compare the steps above with the page of the portal.
partly = Сәйкессіздік жоқ, бірақ бәрі дәлелденген жоқ: қадам журналды күтіп тұр немесе бірде-бір куәгер растамайды. | Расхождений нет, но доказано не всё: какой-то шаг ждёт журнала или ни один свидетель не подтверждает. | Nothing is wrong, but not all of it is proved: a step waits for the log, or no witness vouches.
limits = Бұл мыналарды дәлелдемейді: жауап шын әрі әділ екенін; хабарламаңызды басқа ешкім оқымағанын; бәріне бір журнал көрсетілетінін, егер куәгерлер болмаса немесе бәрі өтірік айтса; файл барлық қадамды қамтитынын, егер бүкіл журнал оқылмаса (--log). | Это не доказывает: что ответ правдив и справедлив; что ваше сообщение не читал никто другой; что всем показывают один журнал, если свидетелей нет или все они лгут; что в файле все шаги, если не прочитан весь журнал (--log). | This does not prove: that an answer is true or just; that nobody else read your report; that everybody is shown one log, if there are no witnesses or all of them lie; that the file has every step, unless the whole log is read (--log).
ask = Түбіртек коды немесе тексеру кілті (көрсетілмейді): | Код квитанции или ключ проверки (не показывается): | Code of the receipt, or key for checking (not shown):
evidence = Тексеру кілті. Файлмен бірге осыны көрсетіңіз, кодты ешқашан көрсетпеңіз: | Ключ проверки. Показывайте его вместе с файлом, а код не показывайте никогда: | Key for checking. Show this with the file, and never the code:
act = Не істеу керек: файлдың көшірмесін сақтап, оны тексеру кілтімен бірге (--evidence) көрсетіңіз. Кодты ешкімге көрсетпеңіз. Кімге: | Что делать: сохраните копию файла и покажите её вместе с ключом проверки (--evidence). Код не показывайте никому. Кому: | What to do: keep a copy of the file and show it with the key for checking (--evidence). Show the code to nobody. To whom:
watchers = журналдың куәгеріне, сенетін журналистке, Адам құқықтары жөніндегі уәкілге. | свидетелю журнала, журналисту, которому доверяете, Уполномоченному по правам человека. | a witness of the log, a journalist whom you trust, the Commissioner for Human Rights.
authorities = прокуратураға, Адам құқықтары жөніндегі уәкілге, адвокатқа немесе сенетін журналистке. | прокуратуре, Уполномоченному по правам человека, адвокату или журналисту, которому доверяете. | the prosecutor's office, the Commissioner for Human Rights, a lawyer, or a journalist whom you trust.
bad-code = Бұл түбіртек коды емес: кодта 36 цифр (ескісінде 30) болады. Цифрларды салыстырыңыз. | Это не код квитанции: в коде 36 цифр (в старом 30). Сравните цифры. | This is no code of a receipt: a code has 36 digits (an old one 30). Compare the digits.
bad-group = Кодта бір цифр қате. Топ: | В коде неверная цифра. Группа: | A digit of the code is wrong. Group:
bad-letter = Кодта тек цифрлар болады, ал мынау цифр емес: | В коде только цифры, а это не цифра: | A code has only digits, and this is none:
unreadable = Оқу мүмкін болмады: файл бүлінген, басқа файл немесе мекенжай жауап бермейді. | Не удалось прочитать: файл повреждён, это другой файл или адрес не отвечает. | Not readable: the file is damaged, or another file, or the address does not answer.
signature = Журналдың бұл күйіне журнал қол қоймаған: ол ештеңені дәлелдемейді. | Это состояние журнала не подписано журналом: оно ничего не доказывает. | This state of the log is not signed by the log: it proves nothing. / watchers
foreign = Файлдағы журнал кілті сіз сенетін кілт емес. | Ключ журнала в файле — не тот, которому вы доверяете. | The key of the log in the file is not the one that you trust. / watchers
witnesses = Журналдың бұл күйін куәгерлердің тым азы көрген: оны тек сізге көрсетуі мүмкін. Үш күннен кейін қайта тексеріңіз. | Это состояние журнала видело слишком мало свидетелей: его могли показать только вам. Проверьте снова через три дня. | Too few witnesses saw this state of the log: it could be shown to you alone. Check again in three days. / watchers
promise = Уәдеге журнал қол қоймаған: ол өзгертілген. | Обещание не подписано журналом: оно изменено. | The promise is not signed by the log: it was altered. / watchers
exchanged = Журнал басқа хабарламаны уәде еткен. Код дұрыс болса, хабарламаңыз ауыстырылған. | Журнал обещал другое сообщение. Если код верный, ваше сообщение подменили. | The log promised another report. If the code is right, your report was exchanged. / authorities
broken = Журнал хабарламаңыз осы күнге дейін болады деп қол қойған, бірақ ол жоқ. Журнал сөзінде тұрмады, уәде мұны кез келген адамға дәлелдейді. | Журнал подписал, что к этому дню сообщение будет в нём, а его нет. Журнал нарушил слово, и обещание доказывает это любому. | The log signed that your report would be in it by now, and it is not. The log broke its word, and the promise proves that to anybody. / watchers
altered = Журнал бұл қадам туралы басқаша айтады: ол кейін өзгертілген. | Журнал говорит об этом шаге другое: его изменили позже. | The log says something else of this step: it was changed later. / authorities
late = Бұл қадам журналда болуға тиіс еді. Үш күннен кейін қайта тексеріңіз. | Этот шаг уже должен быть в журнале. Проверьте снова через три дня. | This step should be in the log by now. Check again in three days. / watchers
order = Қадамдар тасталған, орны ауысқан немесе күні кейін шегерілген. | Шаги пропущены, переставлены или датированы задним числом. | Steps were left out, moved, or dated back. / authorities
hidden = Журналда ісіңіздің бұл файлда жоқ қадамы бар: оны сізден жасырған. | В журнале есть шаг вашего дела, которого нет в файле: его от вас скрыли. | The log has a step of your case that the file leaves out: it was hidden from you. / authorities
forked = Журналда файл сүйенетін күй жоқ: бәріне бір журнал көрсетілмейді. Екі күйді де сақтаңыз. | В журнале нет состояния, на которое опирается файл: всем показывают не один журнал. Сохраните оба состояния. | The log does not contain the state that the file rests on: not everybody is shown the same log. Keep both states. / watchers
"""


class Mismatch(Exception):
    """What does not fit, as a word of TEXTS."""


class Key(NamedTuple):
    name: str
    id: bytes
    kind: int  # 1: the log, Ed25519; 4: a witness, Ed25519; 6: a witness, ML-DSA-44
    public: bytes


class LogState(NamedTuple):
    size: int
    root: bytes
    seen: dict[str, int]  # who signed it, and when by their clock: seconds since 1970


def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(text)
    return data


def join_fields(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def hash_bytes(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mac(key: bytes, label: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, join_fields(label, *parts), "sha256")


def derive_tag(blinding_key: bytes, kind: str, number: int) -> bytes:
    return mac(blinding_key, b"pmp1/tag", kind.encode(), number.to_bytes(4, "big"))[:16]


def derive_blinding_key(typed: str) -> bytes:
    """Return the key of the steps of a case, from the code of its receipt or as --evidence gave it."""
    if re.fullmatch("[0-9a-f]{64}", typed.strip()):
        return bytes.fromhex(typed)
    digits = "".join(str(unicodedata.decimal(char, char)) for char in typed if char.isalnum())
    if strange := re.search("[^0-9]", digits):
        raise Mismatch("bad-letter", strange.group())
    if len(digits) not in (30, 36):
        raise Mismatch("bad-code")
    master = derive_old_master(digits) if len(digits) == 30 else derive_master(digits)
    return HKDFExpand(SHA256(), 32, info=b"pmp/v1/log-blind").derive(master)


def derive_master(digits: str) -> bytes:
    """Return what the keys follow from; each group of six ends in the check digit after Damm."""
    groups = [digits[at : at + 6] for at in range(0, 36, 6)]
    for number, group in enumerate(groups, 1):
        state = 0
        for digit in group:
            state = int(DAMM[state][int(digit)])
        if state:
            raise Mismatch("bad-group", str(number))
    secret = "".join(group[:5] for group in groups).encode()
    return hashlib.pbkdf2_hmac("sha256", secret, hash_bytes(b"pmp/receipt/v2")[:16], 10_000)


def derive_old_master(digits: str) -> bytes:
    """Return the same of a code with thirty digits, as they were given out at first."""
    number = int(digits)
    secret = (number >> 11 & (1 << 88) - 1).to_bytes(11, "big")
    check = int.from_bytes(hash_bytes(b"pmp/v1/receipt-check" + secret)[:2], "big") >> 5
    if number >> 99 or number & 0x7FF != check:
        raise Mismatch("bad-code")
    slow: Argon2id = Argon2id(
        salt=hash_bytes(b"pmp/receipt/v1")[:16], length=32, iterations=2, lanes=1, memory_cost=19456
    )
    return slow.derive(secret)


def build_entry(blinding_key: bytes, number: int, previous: bytes, step: dict[str, Any]) -> bytes:
    """Return the entry that the log must have of a step: 50 bytes, the last 32 the commitment."""
    kind, day, record = [bytes(step[name], "utf-8") for name in ("type", "day", "record")]
    digest, place = bytes.fromhex(step["digest"]), (kind, number.to_bytes(4, "big"))
    inside = bytes.fromhex(step["inside"])
    coded = (step["facts"].encode(), inside) if inside or step["facts"] else ()
    if coded and (kind == b"O" or len(inside) != 32):
        raise ValueError("facts")
    payload = {
        b"R": join_fields(digest, *coded),
        b"S": join_fields(step["what"].encode(), day, digest, record, *coded),
        b"O": join_fields(record, day, digest),
    }[kind]
    version = b"\2" if step["inside"] and kind != b"O" else b"\1"
    link = mac(blinding_key, b"pmp1/link", *place, previous)
    commitment = mac(mac(blinding_key, b"pmp1/key", *place), b"pmp1/com", kind, link, payload)
    return version + kind + derive_tag(blinding_key, step["type"], number) + commitment


def compute_proved_root(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Return the root that a proof leads to: RFC 9162 section 2.1.3, read from the top."""
    if not 0 <= index < size or (size == 1) != (not proof):
        raise ValueError("no proof")
    if size == 1:
        return leaf
    *below, other = proof
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        return hash_bytes(b"\1" + compute_proved_root(leaf, index, left, below) + other)
    return hash_bytes(b"\1" + other + compute_proved_root(leaf, index - left, size - left, below))


def compute_root(leaves: list[bytes]) -> bytes:
    """Return the root of a whole tree: RFC 9162 section 2.1.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hash_bytes(b"")
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hash_bytes(b"\1" + compute_root(leaves[:left]) + compute_root(leaves[left:]))


def parse_key(text: str) -> Key:
    name, mark, material = text.split("+", 2)
    kind, public = unbase64(material)[0], unbase64(material)[1:]
    key = Key(name, hash_bytes(name.encode() + b"\n" + bytes([kind]) + public)[:4], kind, public)
    if key.id.hex() != mark or len(public) != {1: 32, 4: 32, 6: 1312}.get(kind):
        raise ValueError("no key")
    return key


def verify_note(note: str, keys: list[Key]) -> tuple[str, dict[str, int]]:
    """Return the text of a signed note, and who of these signed it; one wrong line is too many."""
    text, _, below = note.rpartition("\n\n")
    if not re.fullmatch(r"(— [^ \n]+ [^ \n]+\n){1,100}", below) or re.search(
        "[\0-\x09\x0b-\x1f]", note
    ):
        raise ValueError("no note")
    lines = [line.split(" ")[1:] for line in below.splitlines()]
    blobs = [(name, unbase64(value)) for name, value in lines]
    known = {(key.name, key.id): key for key in keys}
    named = [(known[name, blob[:4]], blob[4:]) for name, blob in blobs if (name, blob[:4]) in known]
    return text + "\n", {
        key.name: verify_signature(key, text + "\n", value) for key, value in named
    }


def verify_signature(key: Key, text: str, value: bytes) -> int:
    """Return when a key signed a text by its own clock, 0 for the log; or raise."""
    if key.kind == 1:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, text.encode())
        return 0
    when, value = int.from_bytes(value[:8], "big"), value[8:]
    if key.kind == 4:
        message = f"cosignature/v1\ntime {when}\n{text}".encode()
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
        return when
    origin, size, root = text.splitlines()
    witness, log = [bytes([len(name)]) + name for name in (key.name.encode(), origin.encode())]
    time, start, end = [number.to_bytes(8, "big") for number in (when, 0, int(size))]
    message = b"subtree/v1\n\0" + witness + time + log + start + end + unbase64(root)
    MLDSA44PublicKey.from_public_bytes(key.public).verify(value, message)
    return when


def verify_state(note: str, logs: list[Key]) -> LogState:
    """Return the state of the log that its key signed."""
    try:
        text, signed = verify_note(note, logs)
        origin, size, root = re.fullmatch("(.+)\n(0|[1-9][0-9]{0,18})\n(.+)\n", text).groups()  # type: ignore[union-attr]
        if list(signed) == [origin] and len(unbase64(root)) == 32:
            return LogState(int(size), unbase64(root), {})
    except (ValueError, AttributeError, InvalidSignature):
        pass
    raise Mismatch("signature")


def verify_witnesses(note: str, witnesses: list[Key], needed: int) -> dict[str, int]:
    """Return who of the witnesses saw a state, and when."""
    try:
        seen = verify_note(note, witnesses)[1]
    except (ValueError, InvalidSignature):
        seen = {}
    if len(seen) < needed:
        raise Mismatch("witnesses")
    return seen


def verify_promise(note: str, logs: list[Key]) -> tuple[date, bytes]:
    """Return by which day a promise says that the log has an entry, and the entry."""
    try:
        text, signed = verify_note(note, logs)
        intro, origin, day, entry = text.splitlines()
        if intro == "pmp/v1/promise" and list(signed) == [origin]:
            return date.fromisoformat(day), unbase64(entry)
    except (ValueError, InvalidSignature):
        pass
    raise Mismatch("promise")


def compute_due_day(step: dict[str, Any]) -> date:
    """Return the day by which the log has a step: the Wednesday after its week."""
    day = date.fromisoformat(step["day"])
    return day + timedelta(days=6 - day.weekday() + 3)


def read(source: str, path: str) -> bytes:
    if re.match("https?://", source):
        with urlopen(f"{source.rstrip('/')}/{path}", timeout=60) as answer:
            return bytes(answer.read())
    return (Path(source) / path).read_bytes()


def read_entries(source: str, size: int) -> Iterator[bytes]:
    """Yield the entries of a log, from its bundles of 256 (c2sp.org/tlog-tiles)."""
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        groups = re.findall("...", f"{number:0{-(-len(str(number)) // 3) * 3}}")
        path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        data = read(source, f"tile/entries/{path}" + (f".p/{width}" if width < 256 else ""))
        for _ in range(width):
            end = 2 + int.from_bytes(data[:2], "big")
            yield data[2:end]
            data = data[end:]


def load(path: str) -> dict[str, Any]:
    """Return the file of a case, if it has the form of one."""
    case: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    fits = set(case) == BUNDLE and parse_key(case["log_key"]).name == case["origin"]
    fits = fits and type(case["v"]) is int and case["v"] in (1, 2)
    new: dict[str, str] = {"facts": "", "inside": ""} if case["v"] == 1 else {}
    fits = fits and not any(set(step) & set(new) for step in case["steps"])
    case["steps"] = [step | new for step in case["steps"]]
    for number, step in enumerate(case["steps"]):
        named = {"R": "report", "S": step["what"], "O": "decided"}[step["type"]]
        whole = step["index"] is None or type(step["index"]) is int
        fits = fits and set(step) == STEP and step["what"] == named and whole
        fits = fits and (step["type"] == "R") == (number == 0)
    if not fits:
        raise ValueError("another file")
    return case


def load_policy(path: str, case: dict[str, Any]) -> tuple[list[Key], list[Key], int]:
    """Return whom to believe: keys of the log, witnesses, how many of these are needed."""
    if not path:
        policy = case["policy"]
        return (
            [parse_key(case["log_key"])],
            [*map(parse_key, policy["witnesses"])],
            policy["needed"],
        )
    lines: dict[str, list[str]] = {"log": [], "witness": [], "quorum": []}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            lines[line.split()[0]].append(line.split()[1])
    logs, witnesses = ([*map(parse_key, lines[word])] for word in ("log", "witness"))
    return logs, witnesses, int(lines["quorum"][0])


class CaseCheck:
    """The check of one case: the entries that the log must have, and what does not fit."""

    def __init__(self, blinding_key: bytes, steps: list[dict[str, Any]], today: date) -> None:
        self.blind, self.steps, self.today = blinding_key, steps, today
        self.made: list[bytes] = []
        self.faults: dict[
            tuple[Any, ...], None
        ] = {}  # word, and number of the step if there is one
        self.state: LogState | None = None
        self.kept = ""  # what to say of a promise
        self.log: dict[bytes, bytes] = {}  # entries by type and tag, if the log was read

    def try_all(self, *parts: Callable[[], None]) -> None:
        for part in parts:
            try:
                part()
            except Mismatch as fault:
                self.faults[fault.args] = None

    def check_state(self, note: str, logs: list[Key], witnesses: list[Key], needed: int) -> None:
        if note or any(step["index"] is not None for step in self.steps):
            self.state = verify_state(note, logs)
            self.state = self.state._replace(seen=verify_witnesses(note, witnesses, needed))

    def check_log(self, source: str, logs: list[Key], witnesses: list[Key], needed: int) -> None:
        note = read(source, "checkpoint").decode()
        newest, leaves = verify_state(note, logs), []
        for entry in read_entries(source, newest.size):
            leaves.append(hash_bytes(b"\0" + entry))
            self.log[entry[1:18]] = entry
        states = [newest, self.state or newest]
        if (
            any(compute_root(leaves[: state.size]) != state.root for state in states)
            or newest.size < states[1].size
        ):
            raise Mismatch("forked")
        verify_witnesses(note, witnesses, needed)

    def check_steps(self) -> None:
        for number, step in enumerate(self.steps):
            entry = self.prove_entry(number, step)
            if self.log.get(entry[1:18], entry) != entry:
                raise Mismatch("altered", number)
            self.made.append(entry)
            before = self.steps[max(number - 1, 0)]
            if before["day"] > step["day"] or (
                before["index"] is None and step["index"] is not None
            ):
                self.faults["order", number] = None
            if not self.is_logged(number) and compute_due_day(step) < self.today:
                self.faults["late", number] = None
        later = range(len(self.steps), len(self.steps) + 100)
        tags = {kind.encode() + derive_tag(self.blind, kind, n) for n in later for kind in "SO"}
        if self.steps and tags & self.log.keys():
            raise Mismatch("hidden")

    def check_promise(self, note: str, logs: list[Key]) -> None:
        by, entry = verify_promise(note, logs)
        stands = self.log.get(entry[1:18]) == entry or (self.made and self.is_logged(0))
        if entry[1:18] != b"R" + derive_tag(self.blind, "R", 0) or self.made[:1] not in (
            [],
            [entry],
        ):
            raise Mismatch("exchanged", 0)
        if self.steps and compute_due_day(self.steps[0]) != by:
            raise Mismatch("order", 0)
        destroyed = b"X" + entry[2:18] in self.log
        self.kept = "destroyed" if destroyed else "kept" if stands else ""
        if by < self.today and (self.steps or self.log) and not stands:
            raise Mismatch("broken", 0)

    def prove_entry(self, number: int, step: dict[str, Any]) -> bytes:
        """Return the entry of a step; a proof that there is leads from it to the root of the log."""
        try:
            entry = build_entry(self.blind, number, self.made[-1][18:] if self.made else b"", step)
            if step["index"] is None or self.state is None:
                return entry
            proof = [unbase64(proof_hash) for proof_hash in step["proof"]]
            root = compute_proved_root(
                hash_bytes(b"\0" + entry), step["index"], self.state.size, proof
            )
            if root == self.state.root:
                return entry
        except ValueError:
            pass
        raise Mismatch("altered", number)

    def is_logged(self, number: int) -> bool:
        """Tell whether a step is in the log, by the proof in the file or as the log was read."""
        return self.steps[number]["index"] is not None or self.made[number][1:18] in self.log

    def describe_step(self, number: int, say: dict[str, str]) -> str:
        """Say of a step what it was, on which day, and where it stands."""
        step = self.steps[number]
        if number in {at for _, *more in self.faults for at in more}:
            place = say["wrong"]
        elif number >= len(self.made):
            place = say["unjudged"]
        else:
            place = (
                say["in"] if self.is_logged(number) else f"{say['waits']} {compute_due_day(step)}"
            )
        erased = f" ({say['erased']})" if step["erased"] else ""
        return f"{number + 1:>3}. {step['day']}  {say.get(step['what'], step['what'])}: {place}{erased}"

    def collect_codes(self) -> dict[str, Any]:
        """Return the codes that the steps commit to, as they are in the end."""
        facts: dict[str, Any] = {}
        for step in self.steps[: len(self.made)]:
            for name, row in json.loads(step["facts"] or "{}").items():
                facts[name] = (facts.get(name) or {}) | row if row else None
        shown = {name: code for row in facts.values() for name, code in (row or {}).items()}
        return {name: code for name, code in shown.items() if name != "access"}

    def print_result(self, say: dict[str, str]) -> int:
        """Print everything, and return the exit status."""
        for number in range(len(self.steps)):
            print(self.describe_step(number, say))
        if self.kept and not self.steps:
            print(say[self.kept], say["authorities"] if self.kept == "kept" else "")
        if shown := self.collect_codes():
            print(say["coded"], *(f"{name}={code}" for name, code in shown.items()))
        for name, when in (self.state.seen if self.state else {}).items():
            print(say["saw"], name, datetime.fromtimestamp(when, KAZAKHSTAN).date())
        for word, *numbers in self.faults:
            proves, _, group = say[word].rpartition(" / ")
            print("\n" + say["wrong"], *(f"({number + 1})" for number in numbers), proves)
            print(say["act"], say[group])
        if self.faults:
            return 1
        stands = [self.is_logged(number) for number in range(len(self.made))]
        proved = bool(stands and all(stands) and self.state and self.state.seen)
        print(f"\n{say['good' if proved else 'partly']}\n{say['limits']}")
        return 0 if proved else 3


def check_case(given: argparse.Namespace, say: dict[str, str]) -> int:
    nothing: dict[str, Any] = {"steps": [], "promise": "", "checkpoint": ""}
    case = load(given.file) if given.file else nothing
    logs, witnesses, needed = load_policy(given.policy, case)
    kept = Path(given.promise).read_text(encoding="utf-8").strip() + "\n" if given.promise else ""
    promise = kept or case["promise"]
    typed = getpass.getpass(say["ask"] + " ") if sys.stdin.isatty() else sys.stdin.readline()
    check = CaseCheck(derive_blinding_key(typed), case["steps"], given.today)
    if given.evidence:
        print(say["evidence"], check.blind.hex())
    if given.file and parse_key(case["log_key"]) not in logs:
        check.faults["foreign",] = None
    check.try_all(
        lambda: check.check_state(case["checkpoint"], logs, witnesses, needed),
        lambda: check.check_log(given.log, logs, witnesses, needed) if given.log else None,
        check.check_steps,
        lambda: check.check_promise(promise, logs) if promise else None,
    )
    return check.print_result(say)


def run() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", default="")
    for name in ("--promise", "--policy", "--log"):
        parser.add_argument(name, default="")
    parser.add_argument("--evidence", action="store_true")
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    today = datetime.now(KAZAKHSTAN).date()
    parser.add_argument("--today", type=date.fromisoformat, default=today)
    given = parser.parse_args()
    if not given.file and not (given.promise and given.policy):
        parser.error("give the file of your case, or --promise with --policy")
    place = LANGUAGES.index(given.lang)
    lines = [re.split(" = | / ", line) for line in TEXTS.strip().splitlines()]
    say = {word: " / ".join([texts.split(" | ")[place], *group]) for word, texts, *group in lines}
    try:
        return check_case(given, say)
    except Mismatch as fault:
        print(say[fault.args[0]], *fault.args[1:])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        print(say["unreadable"], error)
    return 2


if __name__ == "__main__":
    sys.exit(run())
