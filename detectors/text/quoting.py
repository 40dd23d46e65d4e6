"""The newest part of an e-mail: what its writer wrote this time, without what is quoted below and without signatures.

Dropped: lines that begin with ">", the line that announces them ("On 3 May 2026, A wrote:") and, where the quoted text
bears no ">", all that follows it; from an Outlook header block ("From: ... Sent: ...") or a separator ("-----Original
Message-----") on, everything; from the line "--" on, the signature; lines such as "Sent from my iPhone".
In five languages. A text of which nothing would be left stays whole: whoever forwards a letter without a word wants it
read.

The line that announces a quote must hold a digit, as a date does, so that "On Monday your colleague wrote:" and what
follows is still the customer's own telling.
"""

import re
from itertools import islice
from typing import Final

MAX_SCAN_CHARS: Final = 16_000
"""Characters of a text that are searched. The rest is dropped where there is a quote to look for."""

_ANNOUNCE_CHARS: Final = 300
_MARKS: Final = (
    "\n>", "\n--", "\n -", ":\n", ":\r", "rom:", "Von:", "De:", "De :", "Sent ", "Get O", "Envoy", "sendet", "Enviado",
    "ارسال", "فرست", "از:",
)  # fmt: skip
"""A text with a line break and none of these has nothing to drop. Looking for them costs one or two microseconds."""

_ANNOUNCES: Final = re.compile(
    r"\s*(?=.*\d)(?:"
    r"On\b.{4,300}\bwrote\s?:"
    r"|(?:Am|On)\b.{4,300}\bschrieb\b.{0,150}:"
    r"|Le\b.{4,300}\ba [ée]crit\s?:"
    r"|El\b.{4,300}\bescribi[óo]\s?:"
    r"|(?:در|به تاریخ|روز)\b.{4,300}نوشت(?:ه(?: است| بود)?|ند|ید)?\s?:"
    r")\s*",
    re.IGNORECASE,
)
_HEADER_FIRST: Final = re.compile(r"\s*\*?(?:From|Von|De|از|فرستنده)\s?:", re.IGNORECASE)
_HEADER_NEXT: Final = re.compile(
    r"\s*\*?(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|A|Objet|Enviado(?: el)?|Fecha|Para|Asunto"
    r"|تاریخ|به|موضوع|ارسال شده)\s?:",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(
    r"\s*(?:-{2,}|_{2,}|\*{2,})?\s*(?:Original Message|Forwarded message|Begin forwarded message"
    r"|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Anfang der weitergeleiteten Nachricht"
    r"|Message d['’]origine|Message transféré|Début du message (?:réexpédié|transféré)"
    r"|Mensaje original|Mensaje reenviado|پیام اصلی|پیام فوروارد شده)\s*:?\s*(?:-{2,}|_{2,}|\*{2,})?\s*",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(
    r"\s*(?:Sent from (?:my|Mail|Yahoo|Outlook|Proton)|Sent via|Get Outlook for"
    r"|Envoyé (?:de|depuis) (?:mon|ma|Mail|Outlook|Yahoo)"
    r"|(?:Von meinem|Von meiner) .{1,40}gesendet|Gesendet (?:von|mit|aus) (?:mein|Mail|Outlook|der|unterwegs)"
    r"|Enviado desde (?:mi|Mail|Outlook|Yahoo)|ارسال ?شده (?:از|با)|فرستاده ?شده (?:از|با)).{0,40}",
    re.IGNORECASE,
)


def newest_part(text: str) -> str:
    r"""What is new in a text; the text itself where nothing is quoted or nothing else is left. Total.

    >>> newest_part("It broke again.\n\nOn 3 May 2026, Help <h@x.org> wrote:\n> Is it fixed?\n\n-- \nAnn, sales")
    'It broke again.'
    >>> newest_part("> only a quote")
    '> only a quote'
    """
    if "\n" not in text:
        return text
    for mark in _MARKS:
        if mark in text:
            return _without_quotes(text)
    return text


def _without_quotes(text: str) -> str:
    lines = text[:MAX_SCAN_CHARS].splitlines()
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        if not line:
            kept.append(line)
            at += 1
            continue
        announced = _announced_by(lines, at)
        if announced:
            at += announced
            if not _next_is_quoted(lines, at):
                break
            continue
        if line == "--" or _SEPARATOR.fullmatch(line) or _begins_headers(lines, at):
            break
        if not line.lstrip().startswith(">") and not _DEVICE.fullmatch(line):
            kept.append(line)
        at += 1
    newest = "\n".join(kept).strip().rstrip("_").rstrip()
    if len(kept) == len(lines) or not any(map(str.isalnum, newest)):
        return text
    return newest


def _announced_by(lines: list[str], at: int) -> int:
    """How many lines announce a quote here: one, two where a mail program has wrapped them, or none."""
    line = lines[at].strip()
    if not line or len(line) > _ANNOUNCE_CHARS:
        return 0
    if line[-1] == ":":
        return 1 if _ANNOUNCES.fullmatch(line) else 0
    wrapped = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return 2 if wrapped[-1:] == ":" and _ANNOUNCES.fullmatch(f"{line} {wrapped[-_ANNOUNCE_CHARS:]}") else 0


def _next_is_quoted(lines: list[str], at: int) -> bool:
    """Whether the next line that is not empty begins with ">"."""
    return next((line.lstrip() for line in islice(lines, at, None) if line.strip()), "").startswith(">")


def _begins_headers(lines: list[str], at: int) -> bool:
    """Whether a sender's line is here, and two more lines of a header within the next four."""
    if not _HEADER_FIRST.match(lines[at]):
        return False
    return sum(bool(_HEADER_NEXT.match(line)) for line in lines[at + 1 : at + 5]) >= 2
