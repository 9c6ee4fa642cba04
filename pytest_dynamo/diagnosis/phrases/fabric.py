# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of GPUs, links and networks, and by those who move data over them.

The words are those of CUDA's and NVML's tables of errors and of the sources of NCCL, UCX, NIXL,
NVSHMEM, libfabric, Open MPI and PyTorch. Of one program the settings come first, since what it says
of them is the most particular, and what it says of itself last.
"""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

#: How a line tells that an error is CUDA's: CUDA error, cudaMalloc(), cuMemCreate, Cuda failure.
_CUDA = r"(?:CUDA|[Cc]uda|\bcu[A-Z]\w+).*"
#: The same but for what NCCL quotes, which makes no such mistakes: a handle of another node that it
#: cannot open is an ordinal or a value that is not valid.
_OWN_CUDA = r"^(?!.*Cuda failure).*" + _CUDA

_CUDA_PHRASES: tuple[Phrase, ...] = (
    # what was installed, or which GPU was named
    Phrase("config", _CUDA + r"(?:is a stub library|STUB_LIBRARY|StubLibrary)", "CUDA error: CUDA driver is a stub library"),
    Phrase("config", _OWN_CUDA + r"(?:invalid device ordinal|ERROR_INVALID_DEVICE\b|ErrorInvalidDevice\b)", "[TensorRT-LLM][ERROR] CUDA runtime error in cudaSetDevice(device): invalid device ordinal"),
    Phrase("config", _CUDA + r"(?:kernel image is invalid|ERROR_INVALID_IMAGE|PTX JIT compil(?:er library not found|ation was disabled)|JIT_COMPILER_NOT_FOUND|JIT_COMPILATION_DISABLED|FILE_NOT_FOUND)", "RuntimeError: Triton Error [CUDA]: device kernel image is invalid"),
    Phrase("config", r"\bno NVIDIA GPU detected.*(?:--gpus|runtime)|ackage doesn't have (?:NCCL|MPI|UCC|Gloo) built in", "RuntimeError: Distributed package doesn't have NCCL built in"),
    # what the driver, the GPU or the way between GPUs lacks
    Phrase("infrastructure", _CUDA + r"\b(?:MPS (?:client|server)|MPS_\w+|hardware resources required to|remote procedural call between)", "RuntimeError: CUDA error: MPS server is not ready to accept new MPS client requests"),
    Phrase("infrastructure", _CUDA + r"(?:peer mapping resources exhausted|PEER_ACCESS_UNSUPPORTED|PeerAccessUnsupported|TOO_MANY_PEERS|TooManyPeers)", "RuntimeError: CUDA error: peer mapping resources exhausted"),
    Phrase("infrastructure", _CUDA + r"(?:OS call failed|ERROR_OPERATING_SYSTEM|ErrorOperatingSystem|ardware stack error|HARDWARE_STACK|shared object initialization failed|SHARED_OBJECT_INIT|external device in CUDA|EXTERNAL_DEVICE|GPU requires reset)", "RuntimeError: CUDA error: OS call failed or operation not supported on this OS"),
    Phrase("infrastructure", _CUDA + r"(?:error|failure|failed).*\b(?:initialization error|unknown error)\b|cudaErrorUnknown\b|CUDA_ERROR_UNKNOWN\b", "RuntimeError: CUDA error: unknown error"),
    Phrase("infrastructure", _CUDA + r"(?:operation not permitted(?! (?:when|on))|operation not supported(?! on (?:this|global))|ERROR_NOT_PERMITTED|ErrorNotPermitted|ERROR_NOT_SUPPORTED|ErrorNotSupported)", "CUDA runtime error in cudaMallocAsync(ptr, n, stream): operation not supported"),
    Phrase("infrastructure", r"(?:NVLS|ulticast).*CUDA error \d+ 'the operation cannot|caused by a system or configuration error in the Fabric Manager", "NVLS Multicast bind of size 8388608 failed: CUDA error 401 'the operation cannot be performed in the present state'"),
    # what a program does wrong with CUDA
    Phrase("product", _OWN_CUDA + r"(?:invalid (?:device context|OpenGL|pitch|texture|address space|program counter|resource (?:handle|type))|context (?:already current|is destroyed)|mapping of buffer object|array is mapped|resource (?:already|not) mapped|use by a different thread)", "CUDA error: context is destroyed"),
    Phrase("product", _OWN_CUDA + r"(?:too many blocks in cooperative|launch timed out|peer access (?:is already|has not been)|cannot set while device|memory range is already mapped|correspond to a registered memory|device not ready|on global/shared address|limit is not supported|execution affinity|Dynamic Parallelism)", "CUDA error: the provided execution affinity is not supported"),
    Phrase("product", _OWN_CUDA + r"(?:[Cc]aptur(?:e|ing|ed)\b|legacy stream|graph update was not|GRAPH_EXEC_UPDATE|STREAM_CAPTURE|StreamCapture|cluster misconfiguration|detached stream|[Tt]ensor memory|available on the device$|PTX JIT compilation failed|ERROR_INVALID_PTX)", "CUDA error: operation would make the legacy stream depend on a capturing blocking stream"),
    Phrase("product", r"CUDA_ERROR_(?:INVALID_(?:VALUE|CONTEXT|HANDLE|SOURCE)|CONTEXT_\w+|ALREADY_\w+|NOT_MAPPED\w*|HOST_MEMORY_\w+|COOPERATIVE_\w+|PEER_ACCESS_(?:ALREADY|NOT)\w+|PRIMARY_\w+|ILLEGAL_STATE)|cudaError(?:Invalid(?:Value|ResourceHandle|Configuration|DeviceFunction|MemcpyDirection)|LaunchOutOfResources|ContextIsDestroyed|PeerAccess(?:Already|Not)\w+|HostMemory\w+)", "RuntimeError: CUDA driver error: CUDA_ERROR_INVALID_VALUE"),
    Phrase("product", r"Cannot re-initialize CUDA in forked subprocess", "RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must use the 'spawn' start method"),
)
_GPU_PHRASES: tuple[Phrase, ...] = (
    Phrase("infrastructure", r"NVMLError_(?:Unknown|Timeout|IrqIssue|CorruptedInfoROM|OperatingSystem|LibRmVersionMismatch|InUse|InsufficientPower|FunctionNotFound|ResetRequired|GpuNotFound|NotFound)\b|nvml\w* (?:failed|error|returned).*(?:Unknown Error|Timeout)|NVML (?:failed|error).*(?:Unknown|Not Found)", "pynvml.NVMLError_Unknown: Unknown Error"),
    Phrase("infrastructure", r"(?i:\bGPU\b.*(?:shutting down, temp|exceeds? (?:the )?(?:slowdown|shutdown) (?:threshold|temp)|thermal (?:slowdown|violation|shutdown)|power brake|HW slowdown))", "GPU 00000000:1A:00.0: shutting down, temperature 101C exceeds shutdown threshold"),
    Phrase("infrastructure", r"(?i:nvswitch|fabric[- ]?manager|\bnvlsm\b|\bimex\b).*\b(?i:fatal|fail(?:ed|ure)?|error|mismatch|not (?:running|ready|started|available|accessible)|unable|timed out)\b(?!\w)", "nv-fabricmanager[2211]: detected NVSwitch fatal error 20034 on fid 0"),
    Phrase("infrastructure", r"GPU fabric (?:state|status|registration).*(?:not|fail|in progress)|nvidia-caps-imex-channels.*(?:No such|[Pp]ermission)", "RuntimeError: GPU fabric registration of device 3 is still in progress"),
)
_NCCL_PHRASES: tuple[Phrase, ...] = (
    # names, addresses, versions and sizes that a person gave
    Phrase("config", r"Invalid NCCL_\w+|NCCL_COMM_ID cannot|(?:Invalid|Unknown) (?:NCCL )?config \w+ attribute|NCCL_IB_PKEY_VALUE=\S+ not found|NCCL WARN NCCL_\w+ .*(?:[Ii]nvalid|not (?:found|supported))", "NCCL WARN NET/IB: NCCL_IB_PKEY_VALUE=0x7 not found in PKey table (pkey_tbl_len=128, port=1)"),
    Phrase("config", r"Mismatched NCCL (?:git )?versions?|NCCL version mismatch|NCCL library is not backwards compatible|NCCL_DEVICE_UNPACK plugin has incompatible", "NCCL WARN Mismatched NCCL version detected : rank 0 has version 22005, rank 8 has version 21805"),
    Phrase("config", r"Bootstrap Root ?: (?:mismatch in|rank \d+ of \d+ ranks has already)|NCCL WARN Invalid (?:rank requested|device count)", "NCCL WARN Bootstrap Root : mismatch in rank count from procs 16 : 8"),
    Phrase("config", r"NCCL WARN .*(?:network \S.* not found|External \w+ plugin \S+ is unsupported|Could not open (?:XML|\S*topo)|mixed local (?:CollNet|Net) device counts|Compute Capability \(\d+\) is not sufficient)|initialize any NET plugin", "NCCL WARN Error: network AWS Libfabric not found."),
    Phrase("config", r"HINT: In many cases this error indicates (?:that an incorrect GID index|that NCCL_IB_TIMEOUT|missing or faulty information in the provided)", "NCCL WARN HINT: In many cases this error indicates that NCCL_IB_TIMEOUT is set too short"),
    # hardware, drivers and the system
    Phrase("infrastructure", r"NCCL WARN .*(?:NET/OFI|NET/IB|NET/MLX5|NET/Socket)(?!.*(?:message truncated|ignor|retrying))|\bNET/OFI\b.*(?i:error|fail|couldn't|unable)", "NCCL WARN NET/OFI Request completed with error. RC: 14. Error: unknown error"),
    Phrase("infrastructure", r"P2P is disabled between NVLINK connected|MNNVL .*not working|Could not enable P2P between|Failed to create service thread|HINT: In many cases this error indicates that (?:ACS|the (?:GPU peer-mapping|IMEX|NICs)|NICs|NCCL could not obtain)", "NCCL WARN P2P is disabled between NVLINK connected GPUs 1 and 0. This should not be the case given their connectivity"),
    Phrase("infrastructure", r"\bCall to (?:accept|bind|connect|fcntl|getifaddrs|getsock\w+|listen|open|pipe|poll|read|recv|recvmsg|send|sendmsg|setrlimit|setsockopt|shm\w+|mmap|posix_fallocate|socket|write|pthread\w+)(?: \w+)* failed\b(?!.*reset by peer)", "NCCL WARN Call to setsockopt TCP NODELAY failed: Protocol not available"),
    Phrase("infrastructure", r"Failed to (?:CUDA |CUDA host )?(?:m|c)?alloc(?: async)? \d+ bytes|ECC: uncorrected volatile errors|(?:NVLink|GPU inventory): .*mismatch across|(?:while|Error) \w+ shared memory segment|failed to (?:create|extend) (?:shared memory file|/dev/shm)", "NCCL WARN GPU inventory: count mismatch across 8 ranks in comm 0x1f, rank(s) 3 differ from rank 0 (8)"),
    Phrase("infrastructure", r"NCCL WARN .*socket(?:Poll|Start|Progress|Finalize|Init)?\w*: .*(?:returned|failed|timed out)(?!.*(?:reset by peer|retrying))", "NCCL WARN socketPollConnect: poll failed with error Interrupted, timed out"),
    # what a program does wrong with NCCL, and NCCL itself
    Phrase("product", r"\b\w+ : (?:invalid root \d+|\w+ 0x\w+ is not a valid pointer|invalid (?:type|reduction operation) \d+|\w+ allocated on device \d+ mismatch)|symmetric registration check failed|[Cc]orrupted (?:comm object|proxy connection)|(?:Child|Intra-process) (?:comms?|rank) .*(?:fails|mismatch)|onblocking communicators are not allowed", "NCCL WARN Broadcast : invalid root 8 (root should be in the 0..8 range)"),
    Phrase("product", r"message truncated : receiving \d+ bytes|Proxy append mismatch|NCCL WARN .*(?:Internal error|Error : (?:ring|too many|ran out|tried to|could not find CPU)|Mismatched response size|Invalid \w+ (?:\w+ )*request size|Could not find (?:gpu|node|id|pool|net))|NCCL cannot be captured in a graph", "NCCL WARN NET/Socket : peer 10.0.0.3<44110> message truncated : receiving 524288 bytes instead of 262144."),
)
_WORLD_PHRASES: tuple[Phrase, ...] = (
    Phrase("config", r"environment variable \w+ expected, but not set|No rendezvous handler for \w+|[Uu]nknown (?:c10d )?backend type|(?i:invalid (?:init[_ ]method|master (?:addr|port)|world[_ ]size))|rank must be|expected to be (?:less than|smaller than) (?:the )?world", "ValueError: Error initializing torch.distributed using env:// rendezvous: environment variable MASTER_ADDR expected, but not set"),
    Phrase("infrastructure", r"Rendezvous(?:Connection|Timeout)Error|c10d store has failed|ProcessGroupNCCL is only supported with GPUs|(?:connectFullMesh|Gloo .*) failed with|gloo/.*(?:Unable to resolve|timed out|Timed out)|ncclCommInitRank\w* .*(?:timed out|timeout)", "torch.distributed.elastic.rendezvous.api.RendezvousConnectionError: The connection to the C10d store has failed. See inner exception for details."),
    Phrase("product", r"process group has (?:not been|already been) initialized|initialize the default process group twice|mismatch between collectives on ranks|Group .* is not registered|No backend type associated with device type|Tensors must be (?:contiguous|CUDA)|(?:rank|Rank) .*joining barrier|Invalid process group specified|monitoredBarrier", "ValueError: Default process group has not been initialized, please make sure to call init_process_group."),
)
_TRANSFER_PHRASES: tuple[Phrase, ...] = (
    # UCX
    Phrase("config", r"(?:UCX|ucp?_).*(?:no usable transports|No transports selected|no active messages transport to .*Unsupported operation|failed to set UCX_\w+|[Ii]nvalid (?:value|UCX_\w+|configuration)|failed to parse \w+|is not enabled, enable it in UCX_|does not support multi-threading|error handling level mismatch|must be greater than|not applied due to missing resource)|\bUCX_\w+ (?:value )?must be\b|Invalid UCX_\w+=", "select.c:630  UCX  ERROR no active messages transport to <no debug data>: Unsupported operation"),
    Phrase("config", r"UCX CUDA support was not found|detected as host by UCX|not enable CUDA memory support|please check the cuda support|UCX (?:library )?version .*(?:mismatch|incompatible|older)", "VRAM memory is detected as host by UCX. UCX is likely not configured with CUDA/ROCm support. VRAM registration cannot proceed."),
    # libfabric
    Phrase("infrastructure", r"\bfi_\w+(?:\(\))?(?: (?:failed|returned|error)|: )|libfabric:\d+:.*(?:Unable|[Ff]ailed|[Ee]rror|timed out)|(?:LIBFABRIC|[Ll]ibfabric).*(?:failed|error|not initialized|no rails)|\bEFA\b.*(?:[Uu]nresponsive|failed|not found|unreachable)", "RuntimeError: fi_getinfo() failed -61: No data available"),
    # NIXL
    Phrase("config", r"(?:NIXL|nixl|plugin).*(?:Plugin API version mismatch|Failed to find nixl_\w+|[Pp]lugin (?:file|directory) does not exist|Cannot add empty plugin)|find a common backend|no common backend|no backends? (?:are )?(?:found|support)|unsupported backend '|no (?:specified or )?potential backend|centralized store configured|NIXL_TCPSTORE_ENDPOINT|NIXL_ERR_(?:NOT_SUPPORTED|MISMATCH)", "E1112 10:00:00.1 4411 nixl_agent.cpp:512] no common backend to connect with 'decode0'"),
    Phrase("infrastructure", r"registration failed for the specified or all potential|loadRemoteMD in P2P backend failed|P2P backend could not connect|metadata from etcd for agent|TCPStore client: (?:cannot resolve|failed to connect)|\bPost recv failed|ucp_(?:ep_create|mem_map|rkey_pack|worker_create|get_address)\w*(?: failed|: )", "E1112 10:00:00.1 4411 nixl_agent.cpp:512] registration failed for the specified or all potential backends"),
    Phrase("product", r"NIXL_ERR_(?:INVALID_PARAM|NOT_ALLOWED|REPOST_ACTIVE|NOT_POSTED|UNKNOWN)\b|nixl(?:InvalidParam|NotAllowed|RepostActive|NotPosted|Unknown)Error|invalidated or re-registered|invalid request handle|(?:No|no) (?:private|public) metadata found|length mismatch at index", "nixl_cu12._bindings.nixlInvalidParamError: NIXL_ERR_INVALID_PARAM"),
    # NVSHMEM
    Phrase("config", r"NVSHMEM .*version .*(?:does not|do not) match|value for (?:``)?NVSHMEM_\w+|Invalid (?:size in environment variable|bootstrap) '|Bootstrap (?:unable to load|library dlopen|failed to get symbol|plugin \w+ failed)|Increase NVSHMEM_|increase NVSHMEM_", "NVSHMEM device library version (3.2.5) does not match with NVSHMEM host library version (3.4.5)"),
    Phrase("infrastructure", r"(?i:nvshmem).*(?:non-zero status|aborting due to error|init\w* failed|setup connections|heap allocation failed|transport map failed)|Peer GPU \d+ is not accessible|initialize any transports|IPC failure: ?(?:Bind|Send|Receiv|Socket)|Unable to create qps|NVLS resource \w+ failed|cudaHostRegister with IoMemory", "/nvshmem_src/src/host/init/init.cu:989: non-zero status: 3 building transport map failed"),
    # who moves the KV cache
    Phrase("config", r"(?i:kv.?cache|cacheState|prefill and decode|P worker|D worker|NIXL|Mooncake|LMCache).*(?:must (?:have|be of|be) (?:the )?(?:same|shape)|incompatib|(?:differ|mismatch)\b.*(?:dtype|layout|block size|TP size)|(?:dtype|data type|layout|block size|TP size)s?\b.*\b(?:differ|mismatch))", "[TensorRT-LLM][ERROR] Assertion failed: cacheState: the layouts of prefill and decode differ"),
    Phrase("config", r"(?:kv_connector|KVConnector|kv_role|KVTransferConfig|kv_transfer_config|[Uu]nsupported (?:URL scheme|connector)|remote_url).*(?:[Uu]nsupported|[Ii]nvalid|not (?:found|registered|supported)|must|expected|unknown|Unknown)|install (?:mooncake|lmcache|nixl)\b", "kv_role of KVTransferConfig: kv_prducer, expected kv_producer or kv_consumer"),
    Phrase("infrastructure", r"Mooncake.*(?:initialization|registration|handshake) failed|\[Handshake\] Failed|No available RNIC|rdma_(?:context|endpoint|transport)\.cpp.*(?:[Ff]ailed|not found|No )|transport retry counter exceeded|Work Request Flushed|worker_pool\.cpp.*[Ff]ailed", "E1112 10:00:00.1 881 rdma_transport.cpp:88] RdmaTransport: No RDMA devices found"),
)
_MPI_PHRASES: tuple[Phrase, ...] = (
    Phrase("config", r"requested component was not found|No components were able to be opened in the|(?:specified interfaces? |interface )\S* ?(?:specified .*)?does not exist|none of the specified interfaces|[Ss]ome of the requested hosts are not|more processes than we can launch|more cpus per process|directive is not recognized|unrecognized (?:qualifier|modifier)|would require binding|Conflicting directives", "A requested component was not found, or was unable to be opened.  This"),
    Phrase("config", r"unable to (?:find|launch) the specified (?:executable|application)|could not access\s+or execute an executable|change to the (?:specified )?working directory|No PMIx server was reachable|requires access to a local PMIx|without\s+support for\s+heterogeneous|not compiled with any support|MCA (?:parameter|variable) .*(?:can only|violates|unknown)", "No PMIx server was reachable, but a PMI1/2 was detected."),
    Phrase("infrastructure", r"pair of MPI processes are unable to reach|one MPI process is unreachable|system call failed during shared memory|daemon died unexpectedly|No nodes are available for this job|accept\(3\) system call failed|Unable to find reachable pairing|PMIX_ERR(?:OR)?_?(?:UNREACH|TIMEOUT|LOST|COMM)\w*|failed an OFI Libfabric|not able to find endpoint information|failed to register your buffer|OOB (?:connect|TCP).*(?:failed|unreachable)|HNP .*lost connection", "MPI_INIT has failed because at least one MPI process is unreachable"),
    Phrase("product", r"MPI_FINALIZE was invoked|initialize MPI .*more than once|MPI_ERR_(?:TRUNCATE|COMM|RANK|TAG|COUNT|TYPE|BUFFER|ARG|ROOT|OP|GROUP|REQUEST|PENDING)\b|MPI_\w+\(\) (?:function )?was called (?:before|after)|(?:before MPI_INIT|after MPI_FINALIZE) (?:was|is) (?:invoked|called)", "[node1:4711] *** MPI_ERR_TRUNCATE: message truncated"),
)
_SOCKET_PHRASES: tuple[Phrase, ...] = (
    # the port of an address that is no number
    Phrase("config", r"dial tcp.*: unknown port", "error: dial tcp: lookup tcp/443x: unknown port"),
    Phrase("config", r"No such device(?: \(addr=|: b?')|\bport must be 0-65535|not appear to be an IPv[46]|[Ii]nvalid (?:port|socket address|IP address)|Address family (?:for hostname )?not supported|missing port in address|too many colons in address|[Pp]rotocol not supported \(addr|invalid socket address syntax", "zmq.error.ZMQError: No such device (addr='tcp://eth9:5557')"),
    # one side speaks TLS and the other does not, or does not know who signed
    Phrase("config", r"WRONG_VERSION_NUMBER|does not look like a TLS handshake|HTTP request to an HTTPS server|HTTP response to HTTPS client|InvalidContentType|RECORD_LAYER_FAILURE|UNKNOWN_PROTOCOL\]|corrupt message of type|HTTP_REQUEST\]", "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1007)"),
    Phrase("config", r"UnknownIssuer|self[- ]signed certificate|unknown (?:certificate )?authority|UNKNOWN_CA|local issuer certificate|certificate is (?:not )?valid for\b|Hostname mismatch|NotValidForName|certificate required|bad certificate|CertificateRequired|NoCertificatesPresented|doesn't contain any IP SANs", "    1: invalid peer certificate: UnknownIssuer"),
    Phrase("infrastructure", r"certificate (?:has )?expired|certificate is not yet valid|CERTIFICATE_EXPIRED|invalid peer certificate: (?:Expired|NotValidYet)|CertExpired", "Error: invalid peer certificate: Expired"),
)

PHRASES: tuple[Phrase, ...] = (
    *_CUDA_PHRASES, *_GPU_PHRASES, *_NCCL_PHRASES, *_WORLD_PHRASES, *_TRANSFER_PHRASES,
    *_MPI_PHRASES, *_SOCKET_PHRASES,
)  # fmt: skip
