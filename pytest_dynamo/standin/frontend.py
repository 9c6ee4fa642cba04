# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The real Dynamo OpenAI frontend, out of ai-dynamo-runtime alone.

    python frontend.py --host 127.0.0.1 --port 8000 --router round-robin|random|kv
        [--namespace dynamo] [--cache-dir .]

``python -m dynamo.frontend`` needs the 600 MB of ai-dynamo; the HTTP server, the discovery and the
routers are all in the runtime. Discovery and request plane come from the environment, as there.
The stand-ins publish no KV events, so the KV router predicts what a worker has cached.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import signal
from pathlib import Path

# As in engine.py.
_core = importlib.import_module("dynamo._core")

ROUTERS = {"round-robin": "RoundRobin", "random": "Random", "kv": "KV"}


async def serve(host: str, port: int, router: str, namespace: str) -> None:
    """Serve until SIGTERM."""
    loop = asyncio.get_running_loop()
    runtime = _core.DistributedRuntime(
        loop,
        os.environ.get("DYN_DISCOVERY_BACKEND", "etcd"),
        os.environ.get("DYN_REQUEST_PLANE", "tcp"),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runtime.shutdown)
    routing = _core.RouterConfig(
        getattr(_core.RouterMode, ROUTERS[router]),
        _core.KvRouterConfig(use_kv_events=False) if router == "kv" else None,
    )
    arguments = _core.EntrypointArgs(
        _core.EngineType.Dynamic,
        http_host=host,
        http_port=port,
        router_config=routing,
        namespace=namespace,
    )
    await _core.run_input(runtime, "http", await _core.make_engine(runtime, arguments))
    os._exit(0)  # the runtime's own exit waits 0.25 s for tasks that have nothing left to do


def main() -> None:
    """Serve what the arguments and the environment describe."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--router", choices=sorted(ROUTERS), default="round-robin")
    parser.add_argument("--namespace", default="dynamo")
    parser.add_argument("--cache-dir", default=".")
    options = vars(parser.parse_args())
    # 1.6.1 caches model cards in ~/.cache/dynamo, and no variable but HOME moves that.
    os.environ["HOME"] = str(Path(options.pop("cache_dir")).resolve())
    asyncio.run(serve(**options))


if __name__ == "__main__":
    main()
