#!/usr/bin/env bash
# All stages of one recipe folder: training/run.sh [recipe folder, default training/recipes/anteroom-v0]
set -euo pipefail
cd "$(dirname "$0")"
recipes="$(cd .. && realpath "${1:-training/recipes/anteroom-v0}")"
python="${PYTHON:-.venv/bin/python}"
for stage in prepare.tiny_data prepare.tokenizer tune.pretrain tune.lora ship.merge ship.export_onnx ship.evaluate ship.release tune.encoder; do
  [ -f "$recipes/${stage#*.}.yaml" ] || continue
  echo "== $stage"
  "$python" -m "anteroom_training.stages.$stage" --recipe "$recipes/${stage#*.}.yaml"
done
