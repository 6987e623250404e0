"""`python training/scripts/export_gguf.py MODEL_FOLDER TOKENIZER_FOLDER OUT.gguf NAME`: see docs/recipes/model-server.md."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from anteroom_training.stages.ship.export_gguf import write_gguf  # noqa: E402

if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    model, tokenizer, target = map(Path, sys.argv[1:4])
    write_gguf(model, tokenizer, target, sys.argv[4])
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
