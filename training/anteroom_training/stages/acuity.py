"""Stage: fits acuity (one logistic regression a level) and the naming of complaints to the train split's features."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from ..recipe import existing, load_recipe, resolve, run_stage

KEYS: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "data": str,
    "output": str,
    "fact_weight": float,
    "strength": float,
    "folds": int,
    "thresholds": dict,
    "low_below": float,
    "complaint_known_weight": float,
    "complaint_strength": float,
    "complaint_least": int,
}
LEVELS = ["low", "medium", "high", "emergency"]


def read(file: Path) -> tuple[dict, list[dict]]:
    """The head line (bucket counts) and one row a case."""
    with file.open(encoding="utf-8") as lines:
        return json.loads(next(lines)), [json.loads(line) for line in lines if line.strip()]


def idf_of(rows: list[dict], buckets: int) -> np.ndarray:
    """Smoothed inverse document frequency [2 x buckets]; a bucket never seen has 0, so that it says nothing."""
    df = np.zeros(2 * buckets)
    for row in rows:
        for group, name in enumerate(("characters", "words")):
            for b, _ in row[name]:
                df[group * buckets + b] += 1
    return np.where(df > 0, np.log((1 + len(rows)) / (1 + df)) + 1, 0).astype(np.float32)


def matrix(rows: list[dict], idf: np.ndarray, buckets: int, fact_weight: float) -> csr_matrix:
    """The twin of `weighted` in src/domain/acuity/acuity.ts."""
    data, columns, ends = [], [], [0]
    for row in rows:
        for group, name in enumerate(("characters", "words")):
            values = [(1 + math.log(n)) * idf[group * buckets + b] for b, n in row[name]]
            norm = math.sqrt(sum(v * v for v in values)) or 1.0
            data += [v / norm for v in values]
            columns += [group * buckets + b for b, _ in row[name]]
        data += [fact_weight] * len(row["facts"])
        columns += [2 * buckets + b for b in row["facts"]]
        ends.append(len(data))
    return csr_matrix((data, columns, ends), shape=(len(rows), 3 * buckets))


def at_least(row: dict, level: str) -> float:
    """Share of the accepted levels that are the level or above: a range in two minds counts half."""
    at = LEVELS.index(level)
    return sum(LEVELS.index(g) >= at for g in row["gold"]) / len(row["gold"])


def fit(x: csr_matrix, y: np.ndarray, strength: float) -> LogisticRegression:
    """Soft labels as weighted copies."""
    index = np.tile(np.arange(x.shape[0]), 2)
    labels = np.concatenate([np.ones(len(y)), np.zeros(len(y))])
    weights = np.concatenate([y, 1 - y])
    keep = weights > 0
    return LogisticRegression(C=strength, max_iter=400).fit(x[index[keep]], labels[keep], sample_weight=weights[keep])


def topic_matrix(rows: list[dict], buckets: int, known_weight: float) -> csr_matrix:
    """The twin of the sums in src/domain/acuity/complaint-model.ts."""
    data, columns, ends = [], [], [0]
    for row in rows:
        data += [1 / math.sqrt(len(row["topic"]) or 1)] * len(row["topic"]) + [known_weight] * len(row["known"])
        columns += row["topic"] + [buckets + b for b in row["known"]]
        ends.append(len(data))
    return csr_matrix((data, columns, ends), shape=(len(rows), 2 * buckets))


def fit_complaints(rows: list[dict], buckets: int, recipe: dict) -> LogisticRegression:
    """Every accepted code is a label, the first one with full weight; codes too rare to learn are left out."""
    often = Counter(c for row in rows for c in row["complaints"])
    x = topic_matrix(rows, buckets, recipe["complaint_known_weight"])
    index, labels, weights = [], [], []
    for i, row in enumerate(rows):
        for n, code in enumerate(row["complaints"]):
            if often[code] >= recipe["complaint_least"]:
                index.append(i)
                labels.append(code)
                weights.append(1.0 if n == 0 else 0.5)
    return LogisticRegression(C=recipe["complaint_strength"], max_iter=150).fit(x[index], labels, sample_weight=weights)


def write_complaints(rows: list[dict], buckets: int, recipe: dict) -> None:
    held = [row for i, row in enumerate(rows) if int(hashlib.sha256(row["family"].encode()).hexdigest(), 16) % 6 == 0]
    ids = {row["id"] for row in held}
    trial = fit_complaints([row for row in rows if row["id"] not in ids], buckets, recipe)
    scores = trial.decision_function(topic_matrix(held, buckets, recipe["complaint_known_weight"]))
    at = {code: i for i, code in enumerate(trial.classes_)}
    for bonus in (0.0, 0.5, 1.0, 2.0):
        right = 0
        for row, score in zip(held, scores):
            score = score.copy()
            for code in row["named"]:
                if code in at:
                    score[at[code]] += bonus
            right += trial.classes_[score.argmax()] in row["complaints"]
        print(f"complaint, held-out families, bonus {bonus}: first choice {right / len(held):.3f} of {len(held)}")
    model = fit_complaints(rows, buckets, recipe)
    scale = np.abs(model.coef_).max(1).astype(np.float32) / 127
    body = {
        "codes": list(model.classes_),
        "buckets": buckets,
        "knownWeight": recipe["complaint_known_weight"],
        "weights": b64(np.round(model.coef_ / scale[:, None]).astype(np.int8)),
        "scales": b64(scale),
        "intercepts": b64(model.intercept_.astype(np.float32)),
    }
    write(recipe, "complaints.json", body)


def write(recipe: dict, name: str, body: dict) -> None:
    out = resolve(recipe["output"])
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(body, separators=(",", ":"))
    (out / name).write_text(text, encoding="utf-8")
    print(f"{out / name}: {len(text) / 2**20:.1f} MiB, sha256 {hashlib.sha256(text.encode()).hexdigest()}", flush=True)


def b64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def train(recipe: dict) -> None:
    head, rows = read(existing(recipe["data"], "npx tsx evaluation/studies/export-features.ts"))
    buckets = head["buckets"]
    write_complaints(rows, head["topicBuckets"], recipe)
    idf = idf_of(rows, buckets)
    x = matrix(rows, idf, buckets, recipe["fact_weight"])
    groups = [row["family"] for row in rows]
    heads = []
    for level in LEVELS[1:]:
        y = np.array([at_least(row, level) for row in rows])
        sure = np.isin(y, (0, 1))
        held = np.zeros(len(rows))
        for tr, te in GroupKFold(recipe["folds"]).split(x, y, groups):
            part = matrix([rows[i] for i in tr], idf, buckets, recipe["fact_weight"])
            held[te] = fit(part, y[tr], recipe["strength"]).predict_proba(x[te])[:, 1]
        report = []
        for t in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
            said = held >= t
            report.append(f"{t}: p {y[said & sure].mean() if (said & sure).any() else 0:.2f} r {said[y == 1].mean():.2f}")
        print(f"{level}: {int((y == 1).sum())} of {len(y)}; held out {'; '.join(report)}", flush=True)
        model = fit(x, y, recipe["strength"])
        weights = model.coef_[0]
        scale = float(np.abs(weights).max() / 127)
        heads.append(
            {
                "level": level,
                "weights": b64(np.round(weights / scale).astype(np.int8)),
                "scale": scale,
                "intercept": float(model.intercept_[0]),
                "threshold": recipe["thresholds"][level],
            }
        )
    body = {"id": recipe["id"], "buckets": buckets, "idf": b64(idf), "factWeight": recipe["fact_weight"], "lowBelow": recipe["low_below"], "heads": heads}
    write(recipe, "acuity.json", body)


if __name__ == "__main__":
    run_stage(__doc__ or "", lambda file: train(load_recipe(file, KEYS)))
