#!/usr/bin/env bash
# All stages of one recipe folder: training/run.sh [recipe folder, default training/recipes/anteroom-v1]
set -euo pipefail
cd "$(dirname "$0")"
recipes="$(cd .. && realpath "${1:-training/recipes/anteroom-v1}")"
python="${PYTHON:-.venv/bin/python}"
for stage in prepare.tiny_data prepare.deid_ner prepare.base prepare.tokenizer prepare.replay prepare.corrections prepare.counterfactual prepare.mix tune.pretrain tune.lora tune.preferences ship.merge ship.export_onnx ship.export_mlc ship.evaluate ship.bias ship.release tune.encoder tune.embedder; do
  [ -f "$recipes/${stage#*.}.yaml" ] || continue
  echo "== $stage"
  "$python" -m "anteroom_training.stages.$stage" --recipe "$recipes/${stage#*.}.yaml"
done
