"""`python training/scripts/serve_gguf.py MODEL.gguf [--port N] [--key KEY] [--name NAME] [--context N] [--slots N]`: llama.cpp's own HTTP server.

For tests and for trying a model out; prints `ready <address>` and runs until standard input ends. A clinic runs `llama-server` or vLLM, see
docs/recipes/model-server.md.
"""

from __future__ import annotations

import argparse
import sys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key")
    parser.add_argument("--name", default="model")
    parser.add_argument("--context", type=int, default=2048, help="tokens a request")
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.model_alias = {options.name}
    params.hostnames = ["127.0.0.1"]
    params.port = options.port
    params.api_keys = [options.key] if options.key else []
    params.n_parallel = options.slots
    params.n_ctx = options.context * options.slots
    params.cpuparams.n_threads = options.threads
    params.use_jinja = True
    server = xllamacpp.Server(params)
    print(f"ready {server.listening_address}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
