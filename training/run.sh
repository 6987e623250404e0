#!/usr/bin/env bash
# All stages of one recipe folder: training/run.sh [recipe folder, default training/recipes/anteroom-v0]
set -euo pipefail
cd "$(dirname "$0")"
recipes="$(cd .. && realpath "${1:-training/recipes/anteroom-v0}")"
python="${PYTHON:-.venv/bin/python}"
for stage in tiny_data tokenizer pretrain midtrain lora merge export_onnx evaluate release encoder; do
  [ -f "$recipes/$stage.yaml" ] || continue
  echo "== $stage"
  "$python" -m "anteroom_training.stages.$stage" --recipe "$recipes/$stage.yaml"
done
