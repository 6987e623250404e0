"""The model card: its sections are there, and its figures come from the reports, through placeholders.

`{{metrics}}` (report.json), `{{mix}}` and `{{sources}}` (mix.json) become tables; `{{id}}`, `{{version}}`, `{{parameters}}`,
`{{contextTokens}}` and `{{licence}}` the values of the manifest.
"""

from __future__ import annotations

import re
from typing import Any

from ...recipe import PipelineError

SECTIONS = ("Intended use", "Data", "Sources and licences", "Metrics", "Limits")
WRITTEN_IN = {"Metrics": "metrics", "Data": "mix"}
HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*$", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def sections(card: str) -> dict[str, str]:
    """Text below each heading, up to the next one of the same or a higher level."""
    found, headings = {}, list(HEADING.finditer(card))
    for n, heading in enumerate(headings):
        later = (h.start() for h in headings[n + 1 :] if len(h[1]) <= len(heading[1]))
        found[heading[2]] = card[heading.end() : next(later, len(card))].strip()
    return found


def check_card(card: str) -> None:
    """PipelineError unless every one of SECTIONS has text and the two tables are placeholders, not typed."""
    found = sections(card)
    missing = [name for name in SECTIONS if not found.get(name)]
    if missing:
        raise PipelineError(f"release refused: the model card lacks {', '.join(missing)}")
    typed = [f"{{{{{name}}}}} under {section}" for section, name in WRITTEN_IN.items() if name not in PLACEHOLDER.findall(found[section])]
    if typed:
        raise PipelineError(f"release refused: the model card lacks {', '.join(typed)}; figures are filled in, not typed")


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows])


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def number(value: int | None) -> str:
    """With thousands apart; nothing for what was not counted (a mix by rows may have no tokens)."""
    return "" if value is None else f"{value:,}"


def metrics_table(report: dict[str, Any], labels: dict[str, str]) -> str:
    """Shares in percent with their 95 % intervals, other figures as they are; `labels` says what a measure means."""
    intervals, rows = report.get("intervals", {}), []
    for name, value in report.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        shown = [percent(value), " – ".join(percent(x) for x in intervals[name])] if name in intervals else [f"{value:g}", ""]
        rows.append([f"`{name}`", labels.get(name, ""), *shown])
    return table(["measure", "meaning", "value", "95 % interval"], rows)


def mix_table(mix: dict[str, Any]) -> str:
    """Shares of the training data: groups of `mix.json`, or of its plain form, source -> tokens."""
    if "groups" not in mix:
        total = sum(mix.values())
        return table(["source", "share of tokens", "tokens"], [[name, percent(n / total), f"{n:,}"] for name, n in mix.items()])
    rows = []
    for name, group in mix["groups"].items():
        target = percent(group["target"]) if group.get("target") is not None else ""
        label = f"{name} (stand-in)" if group.get("stand_in") else name
        rows.append([label, percent(group["share"]), target, number(group["rows"]), number(group["tokens"])])
    return table(["group", f"share of {mix['unit']}", "planned", "rows", "tokens"], rows)


def sources_table(mix: dict[str, Any]) -> str:
    """Source, licence, rows and tokens of `mix.json`."""
    rows = [[name, s["licence"], number(s["rows"]), number(s["tokens"])] for name, s in mix["sources"].items()]
    return table(["source", "licence", "rows", "tokens"], rows)


def fill_card(card: str, report: dict[str, Any], mix: dict[str, Any], about: dict[str, Any], labels: dict[str, str]) -> str:
    """`card` with every placeholder filled in; PipelineError for one that nothing fills."""
    values = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in about.items()}
    values |= {"metrics": metrics_table(report, labels), "mix": mix_table(mix)}
    if "sources" in mix:
        values["sources"] = sources_table(mix)
    unknown = sorted({name for name in PLACEHOLDER.findall(card)} - set(values))
    if unknown:
        raise PipelineError(f"release refused: nothing fills {', '.join(unknown)} in the model card; known: {', '.join(sorted(values))}")
    return PLACEHOLDER.sub(lambda match: values[match[1]], card)
