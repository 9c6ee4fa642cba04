# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Attach to a server that runs already: ask it once what it is, and write that down as a run.

Nothing is started and nothing is stopped. Where a topology is named, it says what should be there
and the server is held to it; where none is, what the server shows takes its place, and only the
API is judged.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client import shown as showing
from pytest_dynamo.client.answers import NoAnswer, Reply
from pytest_dynamo.client.openai import Client
from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.errors import DynamoError
from pytest_dynamo.launch.plan import Cluster, LaunchPlan, nodes_needed, place
from pytest_dynamo.launch.standin import component
from pytest_dynamo.session.requires import UNPROVEN
from pytest_dynamo.topology import versions
from pytest_dynamo.topology.model import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.session.request import Request
    from pytest_dynamo.topology.model import Topology

#: The variable that holds the key of a server that asks for one. It is never shown.
KEY = "DYNAMO_API_KEY"
#: What ``LaunchPlan.launcher`` says where nothing was launched.
ATTACHED = "attached"

_DEADLINE_S = 120.0
_SERVED_NAME = "model.served_name"
_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Server:
    """What was found at the URL; it is ``server.json`` in the run directory.

    ``lacks`` is a reason for each word that a test may require in vain. ``workers`` are the counts
    by role that a Dynamo frontend lists, ``diagnosis`` says why no test can be run against it.
    ``answers_as`` is the name that answers give the model, where that may be another one, and
    ``described`` whether a topology says what should be there.
    """

    url: str
    name: str
    era: showing.Era
    model: str
    listed: tuple[str, ...]
    multimodal: bool
    workers: Mapping[str, int]
    lacks: Mapping[str, str]
    notes: tuple[str, ...]
    diagnosis: Diagnosis | None = None
    answers_as: str | None = None
    described: bool = True

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``server.json`` holds."""
        return {
            "url": self.url,
            "name": self.name,
            "era": self.era,
            "model": self.model,
            "listed": list(self.listed),
            "multimodal": self.multimodal,
            "workers": dict(self.workers),
            "lacks": dict(self.lacks),
            "answers_as": self.answers_as,
            "described": self.described,
        }

    def state(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``deployment.json`` holds at first."""
        if self.diagnosis is None:
            return {"state": "ready"}
        return {"state": "failed", "diagnosis": self.diagnosis.to_dict()}


def attach(request: Request) -> Server:
    """Return what is found at the URL of a request.

    Raises:
        pytest.UsageError: nobody is there, it wants a key, or it is no OpenAI server.
    """
    url = request.url or ""
    try:
        client = Client(url, api_key=os.environ.get(KEY) or None, deadline_s=_DEADLINE_S)
    except ValueError as error:
        raise pytest.UsageError(f"--dynamo-url: {error}") from error
    with client:
        try:
            return _look(client, request)
        except NoAnswer as error:
            raise _unreachable(url, error) from error


def taken_for(topology: Topology, server: Mapping[str, Any]) -> Topology:  # Any: server.json
    """Return the topology that stands for a server of which none was named."""
    model = topology.model.model_copy(
        update={
            "served_name": server["model"],
            "modality": "multimodal" if server["multimodal"] else "text",
        }
    )
    roles = {role: Role(workers=count) for role, count in server["workers"].items()}
    return topology.model_copy(update={"model": model, "roles": roles or topology.roles})


def plan(request: Request, server: Server, run_dir: str, run_id: str) -> LaunchPlan:
    """Return the plan of a deployment that somebody else launched: its workers, no processes.

    Raises:
        pytest.UsageError: the workers do not fit on the nodes that the topology describes.
    """
    topology = request.topology
    per_node = topology.hardware.gpus_per_node
    if not request.described:
        per_node = max(per_node, sum(role.workers for role in topology.roles.values()))
        hardware = topology.hardware.model_copy(update={"gpus_per_node": per_node})
        topology = topology.model_copy(update={"hardware": hardware})
    try:
        count = nodes_needed(topology)
        nodes = tuple(f"node{number + 1}" for number in range(count))
        cluster = Cluster(nodes=nodes, gpus_per_node=per_node, run_id=run_id, run_dir=run_dir)
        workers = place(topology, cluster, components(topology, described=request.described))
    except DynamoError as error:
        raise pytest.UsageError(str(error)) from error
    return LaunchPlan(
        topology=topology.name,
        launcher=ATTACHED,
        model=server.model,
        base_url=server.url,
        head=nodes[0],
        nodes=nodes,
        workers=workers,
        processes=(),
        stand_in=stand_in(topology),
        notes=server.notes,
    )


def stand_in(topology: Topology) -> str | None:
    """Return what a topology says is not real about the deployment that it describes."""
    if not topology.rehearsal:
        return None
    who = "Dynamo's mocker" if topology.local.engine == "mocker" else "a stand-in"
    return f"{who} answers in the place of every worker, as the topology's rehearsal says"


def components(topology: Topology, *, described: bool) -> dict[str, str]:
    """Return the component that the workers of each role register as."""
    if topology.rehearsal or not described:
        return {role: component(role) for role in topology.roles}
    era = versions.dynamo(topology.versions.dynamo)
    strategy = topology.disaggregation_strategy
    return {role: era.component(role, strategy) for role in topology.roles}


def _look(client: Client, request: Request) -> Server:
    seen = showing.first_look(client)
    if seen.status in _DENIED:
        raise _denied(client.base_url, seen.status)
    topology = request.topology
    named = request.described or _SERVED_NAME in topology.sources
    wanted = topology.model.served_name if named else None
    model = wanted or _only(client.base_url, seen)
    answer = _answer(client, model)
    if wanted and answer and answer.status == HTTPStatus.NOT_FOUND and len(seen.models) == 1:
        # another name is served: one test says so, and the others judge what is there
        (model,) = seen.models
        answer = _answer(client, model)
    if answer and answer.status in _DENIED:
        raise _denied(client.base_url, answer.status)
    serving = answer is not None and answer.status == HTTPStatus.OK
    if seen.problem and not serving:
        gets = f"HTTP {answer.status}" if answer else "no whole answer"
        raise pytest.UsageError(
            f"--dynamo-url={client.base_url}: no OpenAI server: it lists no models and answers "
            f"no chat\n  evidence: {seen.problem}\n  evidence: a chat with {model} gets "
            f"{gets}\n  remedy: name the URL that /v1/models stands below, with the path that a "
            "gateway puts before it"
        )
    server = Server(
        url=client.base_url,
        name=seen.name,
        era=seen.era,
        model=model,
        listed=seen.models,
        multimodal=topology.model.modality == "multimodal",
        workers={},
        lacks={},
        notes=tuple(_notes(topology, seen, model, described=request.described)),
        described=request.described,
    )
    if answer and not serving and model not in seen.models:
        return replace(server, diagnosis=_not_serving(server, wanted, answer))
    if serving and answer and seen.era == "openai" and not request.described:
        server = _named(server, answer)
    return _asked(client, request, server, serving=serving)


def _named(server: Server, answer: Reply) -> Server:
    """Return a server with the name that it calls its model by: an alias may stand for another."""
    name = answer.json.get("model") if isinstance(answer.json, dict) else None
    if not isinstance(name, str) or not name or name == server.model:
        return server
    note = f"asked for {server.model}, {server.name} answers as {name}: all answers are held to it"
    return replace(server, answers_as=name, notes=(*server.notes, note))


def _answer(client: Client, model: str) -> Reply | None:
    """Return the answer to a chat, None where it was none: whatever that is, the tests tell it.

    Raises:
        NoAnswer: nobody is there any more.
    """
    try:
        return showing.ask(client, model)
    except NoAnswer as error:
        if error.reason == "unreachable":
            raise
        return None


def _asked(client: Client, request: Request, server: Server, *, serving: bool) -> Server:
    """Return what is known of a server once it was asked what it offers.

    One that lists its model and does not serve it is asked nothing: all it is held to will fail.
    """
    topology, dynamo = request.topology, server.era != "openai"
    if serving and not request.described and "model.modality" not in topology.sources:
        server = replace(server, multimodal=showing.takes_images(client, server.model))
    # a release of Dynamo that is named is held to what that release offers
    held = dynamo and request.described
    asked = serving and not held
    lacks = (
        showing.lacking(
            client, server.model, server.name, era=server.era, images=server.multimodal
        )
        if asked
        else {}
    )
    if asked and not dynamo and not showing.repeats(client, server.model, temperature=0):
        lacks["repeatable"] = (
            f"{UNPROVEN}{server.name} gives one question different answers at temperature 0"
        )
    if not dynamo:
        lacks["api-1.x"] = f"{server.name} does not answer in the way of Dynamo 1.x"
    if not request.described and len(server.listed) > 1:
        lacks["one-model"] = f"{server.name} serves {len(server.listed)} models"
    health = client.get("/health").json
    instances = health.get("instances") if isinstance(health, dict) else None
    if instances is None and not held:
        lacks["worker-counts"] = f"{server.name} does not list its workers in /health"
        lacks.setdefault("worker-ids", lacks["worker-counts"])
    if not request.described:
        server = replace(server, workers=_workers(instances))
    if serving and server.multimodal and not showing.speaks(client, server.model):
        lacks["understanding"] = (
            f"{UNPROVEN}{server.model} does not repeat a word that it is asked to repeat"
        )
    return replace(server, lacks=lacks)


def _workers(instances: object) -> dict[str, int]:
    """Return the count of generating workers by role, as a frontend lists them."""
    found: Counter[str] = Counter()
    for each in instances if isinstance(instances, list) else ():
        if isinstance(each, dict) and each.get("endpoint") == "generate":
            found["prefill" if each.get("component") == "prefill" else "decode"] += 1
    if not found:
        return {}
    return dict(found) if set(found) == {"prefill", "decode"} else {"agg": found.total()}


def _only(url: str, seen: showing.Shown) -> str:
    """Return the one model that is listed.

    Raises:
        pytest.UsageError: none is, or several are.
    """
    if len(seen.models) == 1:
        return seen.models[0]
    remedy = f"name the model with --topology or with --dynamo-set={_SERVED_NAME}=NAME"
    if seen.models:
        what = f"{seen.name} serves {len(seen.models)} models: {', '.join(seen.models)}"
    elif seen.problem:
        what = f"it is not known which model to ask for\n  evidence: {seen.problem}"
    else:
        what = f"{seen.name} lists no model"
    raise pytest.UsageError(f"--dynamo-url={url}: {what}\n  remedy: {remedy}")


def _notes(
    topology: Topology, seen: showing.Shown, model: str, *, described: bool
) -> list[str]:
    notes = []
    if described and model != topology.model.served_name:
        notes.append(
            f"the topology names the model {topology.model.served_name!r}, the server serves "
            f"{model!r}: that one is asked for"
        )
    if described and seen.era != "openai":
        release = versions.dynamo(topology.versions.dynamo).release
        named = "1.x" if versions.between(release, since="1.0.0") else "0.x"
        if named != seen.era:
            notes.append(f"the topology names Dynamo {release}, the server answers as {seen.era}")
    return notes


def _not_serving(server: Server, wanted: str | None, answer: Reply) -> Diagnosis:
    listed = ", ".join(server.listed) or "no model"
    return Diagnosis(
        phase="serving",
        kind="not-served",
        where=server.url,
        what=f"{server.name} lists {listed}, and answers a chat with {server.model} with HTTP "
        f"{answer.status}",
        fault="unknown",
        evidence=showing.words(answer) or "an empty body",
        remedy="wait until its workers have registered, or name what it serves with "
        f"--dynamo-set={_SERVED_NAME}=NAME"
        if wanted
        else "wait until its workers have registered",
    )


def _unreachable(url: str, error: NoAnswer) -> pytest.UsageError:
    text = str(error)
    remedy = "check the URL, and that it is reached from this host"
    if "CERTIFICATE" in text.upper():
        remedy = "name the authority that signed its certificate: SSL_CERT_FILE=/path/ca.pem"
    elif "SSL" in text.upper():
        remedy = "check whether it speaks http rather than https"
    return pytest.UsageError(
        f"--dynamo-url={url}: {error.what}\n  evidence: {error.evidence}\n  remedy: {remedy}"
    )


def _denied(url: str, status: int) -> pytest.UsageError:
    given = "does not take the key in" if os.environ.get(KEY) else "asks for a key, and there is no"
    return pytest.UsageError(
        f"--dynamo-url={url}: HTTP {status}: the server {given} {KEY}\n"
        f"  remedy: export {KEY}=...; it is sent as a bearer token, and never shown"
    )
