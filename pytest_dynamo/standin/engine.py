# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The stand-in's engine, as the Dynamo runtime sees it: registers, answers, checks the handover.

A prefill worker hands its prompt's digest on in ``disaggregated_params``; a decode worker compares
it with the prompt it was given, so a wrong handover is an error and not a plausible answer.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pytest_dynamo.standin.answer import digest, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pytest_dynamo.standin.rank import Rank

# dynamo.llm and dynamo.runtime only re-export it, and cost 80 ms for pydantic where this costs 5.
_core = importlib.import_module("dynamo._core")

Request = dict[str, Any]  # Any: the runtime's JSON
Item = dict[str, Any]  # Any: as Request

#: Tokens in a KV block, as TensorRT-LLM's PyTorch backend has it by default.
BLOCK = 32
#: What it takes to compute a KV block, or to have it handed over; most prompts fill none.
BLOCK_S = 0.001
#: KV blocks that a worker remembers, for the prompt tokens it reports as cached.
REMEMBERED_BLOCKS = 65536
#: Tokens of an answer whose length the request leaves open.
OPEN_LENGTH = 16
#: From which token on an answer is paced, unless all of it is: what cancels or strikes a long
#: answer has to find it under way, as it would an engine's of 5 ms a token and more.
PACED_FROM = 101
PACE_S = 0.002
#: Longest that the runtime takes to write an instance into discovery after it began to serve, and
#: its words for one that is not there.
_WRITTEN_S = 1.0
_NOT_THERE = "Unable to unregister endpoint instance"


class Context(Protocol):
    """What the runtime's context tells about a request."""

    def is_stopped(self) -> bool:
        """Return whether nobody waits for the answer any more."""
        ...


class HandoverError(RuntimeError):
    """Raised when decode was given no prefill result, or that of another prompt."""


class Engine:
    """One worker's engine; ``arrived`` is told the number of each request as it arrives."""

    def __init__(self, rank: Rank) -> None:
        self._rank = rank
        self._requests = 0
        self._blocks: OrderedDict[str, None] = OrderedDict()
        config = json.loads((Path(rank.model_path) / "config.json").read_text(encoding="utf-8"))
        text = config.get("text_config", config)  # where image-text models keep it
        self._context_length: int = text["max_position_embeddings"]
        self.arrived: Callable[[int], None] = lambda _number: None

    def connect(self) -> None:
        """Join the runtime that the environment describes.

        While etcd does not answer, 1.6.1 waits here for minutes, and no other Python code runs.
        """
        self._runtime = _core.DistributedRuntime(
            asyncio.get_running_loop(),
            os.environ.get("DYN_DISCOVERY_BACKEND", "etcd"),
            os.environ.get("DYN_REQUEST_PLANE", "tcp"),
        )
        self._endpoint = self._runtime.endpoint(self._rank.endpoint)

    async def register(self) -> None:
        """Register the model, and what the worker is to it."""
        rank = self._rank
        kind = _core.WorkerType
        worker, needs = {
            "agg": (kind.Aggregated, None),
            "prefill": (kind.Prefill, [[kind.Decode]]),
            "decode": (kind.Decode, [[kind.Prefill]]),
        }[rank.role]
        served = _core.ModelType.Chat | _core.ModelType.Completions
        await _core.register_model(
            _core.ModelInput.Tokens,
            _core.ModelType.Prefill if rank.role == "prefill" else served,
            self._endpoint,
            rank.model_path,
            rank.model_name,
            worker_type=worker,
            needs=needs,
            kv_cache_block_size=BLOCK,
            self_host_metadata=False,  # all nodes see the directory; else it asks for a port
        )

    async def serve(self) -> None:
        """Answer requests until the runtime is shut down and the last one is answered."""
        await self._endpoint.serve_endpoint(self.generate)

    async def deregister(self) -> None:
        """Take the worker out of routing, and let the requests in flight end."""
        await _core.unregister_model(self._endpoint)
        await self._take_out(asyncio.get_running_loop().time() + _WRITTEN_S)
        self._runtime.shutdown()

    async def _take_out(self, deadline: float) -> None:
        """Take the instance out of discovery, into which the runtime may be about to write it."""
        loop = asyncio.get_running_loop()
        try:
            await self._endpoint.unregister_endpoint_instance()
        except Exception as error:  # the runtime has no other class
            if _NOT_THERE not in str(error) or loop.time() > deadline:
                raise
            await asyncio.sleep(0.01)
            await self._take_out(deadline)

    async def generate(self, request: Request, context: Context) -> AsyncIterator[Item]:
        """Yield the answer token by token, or what a prefill worker hands on."""
        self._requests += 1
        self.arrived(self._requests)
        token_ids: list[int] = request["token_ids"]
        images = _images(request)
        room = self._context_length - len(token_ids)
        if room <= 0:
            # TensorRT-LLM's words for a prompt that fills max_seq_len; the client gets a 400.
            message = f"default_max_tokens ({room}) must be greater than 0"
            raise _core.InvalidArgument(message)
        prompt = digest(token_ids, images)
        if self._rank.role == "prefill":
            yield self._handover(prompt, len(token_ids), self._reused(token_ids, images))
            return
        if self._rank.role == "decode":
            cached = self._taken_over(prompt, request)
            missing = len(token_ids)
        else:
            cached = self._reused(token_ids, images)
            missing = len(token_ids) - cached
        if missing >= BLOCK:
            await asyncio.sleep(missing // BLOCK * BLOCK_S)
        stop = request.get("stop_conditions") or {}
        wanted = min(stop.get("max_tokens") or OPEN_LENGTH, room)
        ends = frozenset(stop.get("stop_token_ids") or ())
        least = stop.get("min_tokens") or 0
        for index, token in enumerate(tokens(prompt), start=1):
            pause_s = self._rank.itl_s or (PACE_S if index >= PACED_FROM else 0.0)
            if pause_s:
                await asyncio.sleep(pause_s)
            if context.is_stopped():
                return
            reason = "length" if index == wanted else None
            if token in ends and index >= least:
                reason = "stop"
            if reason is None:
                yield {"token_ids": [token]}
                continue
            yield {
                "token_ids": [token],
                "finish_reason": reason,
                "completion_usage": _usage(len(token_ids), index, cached),
            }
            return

    def _handover(self, prompt: str, length: int, cached: int) -> Item:
        # No finish_reason: with "stop", the 1.6.1 frontend ends the request after prefill.
        return {
            "token_ids": [next(tokens(prompt))],
            "disaggregated_params": {"prompt": prompt, "worker": self._rank.worker},
            "completion_usage": _usage(length, 1, cached),
        }

    def _taken_over(self, prompt: str, request: Request) -> int:
        """Return the prompt tokens that prefill had cached, if what it hands over fits."""
        me = self._rank.worker
        result = request.get("prefill_result")
        if not result:
            message = f"{me}: no prefill result came with the request"
            raise HandoverError(message)
        given = result.get("disaggregated_params") or {}
        if given.get("prompt") != prompt:
            message = (
                f"{me}: {given.get('worker')} hands over prompt {given.get('prompt')}, "
                f"the request has {prompt}"
            )
            raise HandoverError(message)
        details = result.get("prompt_tokens_details") or {}
        return int(details.get("cached_tokens") or 0)

    def _reused(self, token_ids: list[int], images: list[str]) -> int:
        """Return how many leading tokens are in the KV cache, and keep all full blocks in it."""
        reused, key, hit = 0, "\n".join(images), True
        # The last token is never taken from the cache: its logits begin the answer.
        for start in range(0, len(token_ids) - BLOCK, BLOCK):
            key = digest(token_ids[start : start + BLOCK], [key])
            hit = hit and key in self._blocks
            reused += BLOCK * hit
            self._blocks[key] = None
            self._blocks.move_to_end(key)
        while len(self._blocks) > REMEMBERED_BLOCKS:
            self._blocks.popitem(last=False)
        return reused


def _images(request: Request) -> list[str]:
    given = (request.get("multi_modal_data") or {}).get("image_url") or []
    return [image.get("Url") or json.dumps(image, sort_keys=True) for image in given]


def _usage(prompt: int, completion: int, cached: int) -> Item:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
