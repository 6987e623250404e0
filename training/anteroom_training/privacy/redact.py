"""Text to {text, spans}: the union of patterns, dictionaries and the tagger, each span replaced by its class token."""

from __future__ import annotations

import re
from typing import Any, Iterable

from .addresses import address_spans
from .dates import date_spans
from .dictionaries import dictionary_spans
from .identifiers import Identifier, Span
from .ner import tagger_spans
from .patterns import pattern_spans

_TOKEN = re.compile(rf"\[(?:{'|'.join(kind.token for kind in Identifier)})(?: \d{{4}})?\]")
# Which class names a stretch that several layers found: the lower, the more telling.
_GENERAL = (Identifier.OTHER, Identifier.PHONE, Identifier.NAME, Identifier.PLACE)
_RANK = {kind: rank for rank, kind in enumerate(kind for kind in Identifier if kind not in _GENERAL)}


def find_spans(text: str) -> list[Span]:
    """Identifiers in order and without overlap; class tokens of an earlier run are no identifiers."""
    if not any(char.isalnum() for char in text):
        return []
    taken = [found.span() for found in _TOKEN.finditer(text)]
    found = [*pattern_spans(text), *date_spans(text), *address_spans(text), *dictionary_spans(text), *tagger_spans(text)]
    return _merge(span for span in found if not any(span.start < end and start < span.end for start, end in taken))


def _merge(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans become one; the class is that of the longest, a specific class before a general one."""
    merged: list[list[Span]] = []
    end = -1
    for span in sorted((span for span in spans if span.end > span.start), key=lambda span: (span.start, -span.end)):
        if span.start < end:
            merged[-1].append(span)
        else:
            merged.append([span])
        end = max(end, span.end) if len(merged[-1]) > 1 else span.end
    return [_one(group) for group in merged]


def _one(group: list[Span]) -> Span:
    start, end = group[0].start, max(span.end for span in group)
    best = min(group, key=lambda span: (_RANK.get(span.kind, 99), span.start - span.end))
    longest = max(span.end - span.start for span in group)
    if best.end - best.start < 0.6 * longest:
        best = max(group, key=lambda span: span.end - span.start)
    # Only a date that is the whole stretch may keep its year: the rest would be lost in it otherwise.
    dates = {span.keep for span in group if span.kind is Identifier.DATE and span.start == start and span.end == end}
    keep = best.keep if best.kind is Identifier.DATE and best.start == start and best.end == end else next(iter(dates),
        "") if best.kind is Identifier.DATE else ""
    return Span(best.kind, start, end, keep)


def apply_spans(text: str, spans: list[Span]) -> str:
    """`text` with each span (in order, without overlap) replaced."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += [text[at : span.start], span.replacement]
        at = span.end
    return "".join([*parts, text[at:]])


def redact(text: str) -> dict[str, Any]:
    """`{text, spans: [{class, start, end}]}`; offsets count characters of the text given."""
    spans = find_spans(text)
    return {"text": apply_spans(text, spans), "spans": [{"class": span.kind.token, "start": span.start, "end": span.end} for span in spans]}
