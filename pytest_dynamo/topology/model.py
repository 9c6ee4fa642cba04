# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a deployment should be: the frozen value that a topology file describes.

Sizes are counts, times are seconds unless the name says otherwise, and every name is the one the
engines and Dynamo use. Unknown keys are refused; ``places.load`` says where and what was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
)

from pytest_dynamo.findings import Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.topology.yaml_text import Document


def _number(value: object) -> object:
    """Refuse what Python counts as a number and nobody means as one: ``workers: yes``."""
    if isinstance(value, bool):
        message = "a number is needed, not yes or no"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns ValueError into its own error
    return value


_Number = BeforeValidator(_number)
RoleName = Literal["agg", "prefill", "decode"]
Port = Annotated[int, Field(ge=1, le=65535), _Number]
Count = Annotated[int, Field(ge=1), _Number]
Few = Annotated[int, Field(ge=1, le=256), _Number]
Positive = Annotated[float, Field(gt=0), _Number]
Seconds = Annotated[float, Field(gt=0), _Number]


class _Frozen(BaseModel):
    # A budget of .inf would be a wait without a deadline.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Origin(_Frozen):
    """Where a topology comes from."""

    guide: str
    section: str = ""
    note: str = ""


class Versions(_Frozen):
    """The releases in the image. They choose flags, config keys, log lines and metric names.

    Each is a release ("0.3.2", "1.0.0rc4") or a commit that ``versions.py`` knows.
    """

    dynamo: str
    trtllm: str | None = None
    vllm: str | None = None


class Model(_Frozen):
    """The model that is served."""

    path: str = Field(min_length=1)
    served_name: str = Field(min_length=1)
    modality: Literal["text", "multimodal"] = "text"
    quantization: str | None = None


class Hardware(_Frozen):
    """The nodes that a topology is written for."""

    gpu: str
    gpus_per_node: Count


class Frontend(_Frozen):
    """The OpenAI frontend; it runs on the head node, the first of the allocation."""

    http_port: Port = 8000
    router: Literal["round-robin", "random", "kv"] = "round-robin"


class Services(_Frozen):
    """etcd and NATS on the head node, or somewhere else when an address is given.

    ``etcd_endpoints`` is ``host:port`` or a URL, ``nats_server`` is ``nats://host:port``: the
    guides' ETCD_ENDPOINTS and NATS_SERVER. Given, the service is used and not started.
    ``per_run_ports`` takes other ports in every run, the frontend's and Ray's among them.
    """

    etcd_port: Port = 2379
    etcd_peer_port: Port = 2380
    nats_port: Port = 4222
    head_node_ip: str | None = None
    etcd_endpoints: str | None = None
    nats_server: str | None = None
    per_run_ports: bool = False


class Container(_Frozen):
    """The image and its mounts; ``mounts`` is the guides' MOUNTS: ``host:container`` by commas.

    ``${TOPOLOGY_DIR}`` in it is the directory of the topology file. A container that has a ``name``
    is kept by Pyxis and used again by the next run in the job. ``remap_root`` and ``mount_home``
    are left to the site where they are not given.
    """

    runtime: Literal["pyxis", "apptainer", "none"] = "pyxis"
    image: str | None = None
    mounts: str = ""
    name: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]+$")
    remap_root: bool | None = None
    mount_home: bool | None = None


class Graph(_Frozen):
    """The ``dynamo serve`` words of a role (guides 002 and 004)."""

    directory: str
    target: str
    config: str
    service_name: str | None = None


class Parallel(_Frozen):
    """How one worker is split: it has ``tp * pp * cp`` ranks, and ``ep`` lives within ``tp``."""

    tp: Count = 1
    pp: Count = 1
    cp: Count = 1
    ep: Count | None = None
    attention_dp: bool = False

    @property
    def world_size(self) -> int:
        """Ranks of one worker."""
        return self.tp * self.pp * self.cp


class Role(_Frozen):
    """Identical workers of one kind.

    ``engine_config`` is the engine's YAML: relative to the topology file, or absolute as the
    container sees it. ``parallel`` is read from it; what is given here wins, and is needed only
    where there is no such file. ``own_nodes`` keeps workers that fill no node from sharing one.
    """

    workers: Few = 1
    nodes_per_worker: Few = 1
    own_nodes: bool = False
    engine_config: str | None = None
    graph: Graph | None = None
    parallel: Parallel = Parallel()


class Ray(_Frozen):
    """One Ray cluster spans the nodes of each worker (guide 002)."""

    port: Port = 6379


class Budgets(_Frozen):
    """The longest that each phase of a bring-up may take, in seconds.

    ``load`` follows upstream's own start probe for the GB200 wide-EP recipe: 30 s + 600 x 10 s.
    """

    services: Seconds = 120
    launch: Seconds = 300
    load: Seconds = 6030
    registration: Seconds = 600
    serving: Seconds = 300
    stop: Seconds = 60


class Workload(_Frozen):
    """The load a guide states; lengths in tokens, rate in queries per second, limits in ms.

    ``isl`` and ``osl`` are typical, ``max_isl`` is the longest prompt of the data set, and
    ``request_timeout_s`` is how long the guide's client waits for one answer.
    """

    isl: Count | None = None
    osl: Count | None = None
    max_isl: Count | None = None
    qps: Positive | None = None
    ttft_p99_ms: Positive | None = None
    tpot_p99_ms: Positive | None = None
    request_timeout_s: Seconds | None = None


class Local(_Frozen):
    """What the ``local`` launcher puts in a worker's place.

    ``load_seconds`` is the simulated weight loading of a stand-in rank.
    """

    engine: Literal["standin", "mocker"] = "standin"
    load_seconds: Annotated[float, Field(ge=0), _Number] = 0.2


class EngineFile(_Frozen):
    """An engine's YAML as it was read; ``path`` is on this host."""

    path: str
    data: dict[str, Any]  # Any: the engine's own schema
    _document: Document | None = PrivateAttr(default=None)

    def where(self, path: tuple[str | int, ...] = ()) -> Where:
        """Return the place of a key of the engine's file."""
        return self._document.where(path) if self._document else Where(self.path)


class Topology(_Frozen):
    """A deployment as it should be; roles are placed on nodes in the order they are written.

    ``nodes`` is how many the guide states: what the roles need is computed, and must agree.
    ``rehearsal`` puts stand-ins in the place of ranks and containers on a real cluster too.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)
    description: str
    origin: Origin | None = None
    engine: Literal["trtllm", "vllm"]
    versions: Versions
    model: Model
    hardware: Hardware
    nodes: Count | None = None
    frontend: Frontend = Frontend()
    services: Services = Services()
    disaggregation_strategy: Literal["prefill_first", "decode_first"] | None = None
    roles: dict[RoleName, Role] = Field(min_length=1)
    ray: Ray | None = None
    container: Container = Container()
    environment: dict[str, str] = Field(default_factory=dict)
    budgets: Budgets = Budgets()
    workload: Workload | None = None
    local: Local = Local()
    rehearsal: bool = False

    _document: Document | None = PrivateAttr(default=None)
    _sources: dict[str, str] = PrivateAttr(default_factory=dict)
    _engine_files: dict[str, EngineFile] = PrivateAttr(default_factory=dict)
    _assumed: frozenset[str] = PrivateAttr(default=frozenset())

    @field_validator("roles")
    @classmethod
    def _roles_belong_together(cls, roles: dict[RoleName, Role]) -> dict[RoleName, Role]:
        if set(roles) not in ({"agg"}, {"prefill", "decode"}):
            message = f"{', '.join(sorted(roles))}: a topology has agg alone, or prefill and decode"
            raise ValueError(message)
        return roles

    @property
    def disaggregated(self) -> bool:
        """Whether prefill and decode are separate workers."""
        return "prefill" in self.roles

    @property
    def file(self) -> str:
        """The file this was read from, as a person would type it."""
        return self._document.file if self._document else f"{self.name}.yaml"

    @property
    def sources(self) -> Mapping[str, str]:
        """Who said each overridden value: ``{"model.path": "environment MODEL_PATH"}``."""
        return self._sources

    @property
    def assumed(self) -> frozenset[str]:
        """The roles of which nothing tells how they are split."""
        return self._assumed

    @property
    def engine_files(self) -> Mapping[str, EngineFile]:
        """The engine's YAML of each role that has one readable from here."""
        return self._engine_files

    @property
    def ranks(self) -> int:
        """Ranks of all workers together."""
        return sum(role.workers * role.parallel.world_size for role in self.roles.values())

    def where(self, path: tuple[str | int, ...] = ()) -> Where:
        """Return the place of a key: in the topology file, or who overrode it."""
        if source := self._sources.get(".".join(map(str, path))):
            return Where(source)
        return self._document.where(path) if self._document else Where(self.file)
