"""Words as the reader's page sees them: the twin of `src/domain/understanding/reader/words.ts`."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = re.compile("[\u2018\u2019\u201b\u02bc\u02b9\u00b4`\uff07]")
WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")


def fold(text: str) -> str:
    """Lower case, without accents and invisible characters, one kind of apostrophe."""
    text = unicodedata.normalize("NFKD", APOSTROPHES.sub("'", text)).lower()
    return "".join(c for c in text if unicodedata.category(c)[0] != "M" and unicodedata.category(c) != "Cf")


def words(text: str) -> list[str]:
    """Folded words without apostrophes ("can't" is "cant"); runs of digits are one sign each ("39.5" is "0", "0")."""
    return ["0" if w.isdigit() else w.replace("'", "") for w in WORD.findall(fold(text))]


def spans(text: str) -> list[tuple[str, int, int]]:
    """Words with their place in the folded text. Folding may move places: use it on text where the two are as long."""
    return [("0" if m[0].isdigit() else m[0].replace("'", ""), m.start(), m.end()) for m in WORD.finditer(fold(text))]
