# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Words that all programs use, and whose fault they tell of; ``kinds`` asks for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.known_issues import Fault

#: Memory, disks, files systems and networks, by the words of errno and of those who quote them.
_SYSTEM = (
    r"out of memory|OutOfMemory|Cannot allocate memory|\bMemoryError\b|\bENOMEM\b|\boom[-_ ]?kill"
    r"|\bOOM[ -]?[Kk]illed|[Nn]o space left|\bENOSPC\b|[Dd]isk quota exceeded|Input/output error"
    r"|Stale (?:NFS )?file handle|Read-only file system|Transport endpoint is not connected: ?['/]"
    r"|[Ff]ailed to connect|(?:[Uu]nable|[Ff]ailure|[Cc]ould not|[Cc]annot) (?:to )?connect"
    r"|not reachable|[Uu]nreachable (?:host|network)|[Ff]ree memory"
    r"|[Cc]onnection (?:refused|timed out)|[Tt]ime(?:d |-)?out (?:connecting|trying to connect)"
    r"|connect\b.* timed out|\bECONNREFUSED\b|\bETIMEDOUT\b|[Nn]etwork is unreachable"
    r"|[Nn]o route to host|[Hh]ost is (?:down|unreachable)|name resolution"
    r"|Name or service not known"
    r"|[Nn]ame does not resolve|no such host|Could not resolve host|i/o timeout|handshake timeout"
    r"|[Rr]ead timed out|Max retries exceeded|\b(?:429|50[0234]) (?:Client|Server) Error"
    r"|\b50[234] (?:Bad Gateway|Service Unavailable|Gateway Time-?out)"
    r"|[Aa]ddress already in use|\bEADDRINUSE\b|AddrInUse|[Cc]annot assign requested address"
    r"|Bus error|[Tt]oo many open files|can't start new thread|pthread_create|[Ss]hared memory"
    r"|(?<!Again: )Resource temporarily unavailable|File exists: '/|/dev/shm|low on memory"
    r"|MetadataIncompleteBuffer|HeaderTooLarge|InvalidHeader(?:Deser|Start|Length)|PytorchStreamReader"
    r"|[Cc]orrupt(?:ed|ion)\b(?!/)"
    r"|[Cc]hecksum|unexpected (?:EOF|end of file)|UnpicklingError|Ran out of input|truncated file"
    r"|[Dd]isk is full|transport endpoint shutdown|Remote I/O error|exceeded (?:\w+ )?memory limit"
    r"|\boom_reaper|can't allocate memory|\bSIGBUS\b|port is already (?:allocated|in use)"
    r"|[Pp]ort \d+ (?:is )?already in use|No address associated|deadline exceeded"
    r"|\bhttpx?\.\w*(?:Timeout|ConnectError)|[Rr]ate limit|no available endpoints"
    r"|\bDist(?:Network|Store)Error\b"
    r"|\bConnection(?:Refused|Aborted)?Error\b|certificate verify failed|remote daemon"
    r"|[Pp]od ephemeral|EmptyDir|devices unavailable|Connection (?:aborted|broken)|Munge|munged"
    r"|launch failed(?!.*No such file)|not responding"
    r"|(?:node|raylet|host) (?:has |is )?(?:died|dead|down)\b"
    r"|marked dead|NodeDied"
)
#: GPUs, their driver, and what moves data between them.
_DEVICE = (
    r"(?<!0 )(?<!no )\bX(?:id|ID)\b(?! (?:\([^)]*\): )?(?:45|63|92|93|121|137)\b)"
    r"|fallen off the bus|GPU is lost|hardware error|CUDA-capable device|No CUDA GPUs"
    r"|all CUDA-capable devices are busy|no kernel image|system not (?:yet )?initialized"
    r"|NCCL error(?!: invalid usage)|nccl(?:Unhandled|System|Internal)\w*Error"
    r"|unhandled (?:system|cuda) error"
    r"|Cuda failure|no servers available|UCX +ERROR|Unable to contact|Socket timed out"
    r"|Munge|(?:[Jj]ob|Expired|Rewound) credential|Zero Bytes were|Requested nodes are busy"
    r"|[Nn]ode failure|GCS|lease (?:expired|not found)"
    r"|etcdserver: (?!user name|authent|invalid auth|permission)|keep alive"
    r"|[Ll]ease\b.{0,30}(?:expired|revoked|lost)"
    r"|[Ff]ailed to infer device type"
    r"|CUDA_ERROR_(?:NO_DEVICE|ECC\w*|SYSTEM\w*|NVLINK\w*"
    r"|DEVICE_UNAVAILABLE|OUT_OF_MEMORY|NOT_INITIALIZED)"
    r"|CUBLAS_STATUS_ALLOC_FAILED"
    r"|[Ee]victed|(?:Disk|Memory|PID)Pressure\b(?!\W{0,3}False)|NodeNotReady|node\.kubernetes\.io"
    r"|MountVolume|FailedAttachVolume|mount failed|mount\.(?:nfs|lustre)|Insufficient nvidia"
    r"|Driver Not Loaded|compiled with CUDA enabled|CUDA is not available"
    r"|(?:[Ii]nsufficient|[Nn]ot enough) (?:GPU |host |device )?memory|[Rr]ow remapping"
    r"|num_gpus INTERNAL ASSERT|cudaErrorInitialization"
)
#: Their names, which say nothing themselves, and how a line tells that something is wrong with one.
_PARTS = (
    r"\bECC\b|NVLink|nvlink|\bNVML\b|CUDA driver(?! error)|driver version|display driver"
    r"|cudaGetDeviceCount|nvidia-(?:smi|container-cli|persistenced|fabricmanager)|\bcuMem\w+"
    r"|[Ff]abric [Mm]anager|IMEX|\bimex\b|\bibv_\w+|\bmlx5_\w+|\bNET/(?:IB|Socket)\b"
    r"|NVIDIA [Dd]river|\bgdr(?:copy|drv)\b|GDRCopy|\bibgda|mlx5dv|\bdevx_|fabric clique"
    r"|fabric handle|HANDLE_TYPE_FABRIC"
)
_AMISS = (
    r"err|fail|\bnot\b|n't\b|\bun(?:able|known|correct|avail|reach|support)|invalid|\blost\b|fatal"
    r"|\bdown\b|mismatch|time(?:d )?-?out|denied|missing|\bno\b|cannot|could|refus|expired|broken"
    r"|wrong|\bold|insufficient|requires?|reset|\bbad\b|abort|degraded|violat|exhausted|too "
    r"|returned \d"
)
#: Names, options and values that a person writes.
_SETTING = (
    r"validation errors? for|\[type=\w+, input_value|Extra inputs|Input should be|[Ff]ield required"
    r"|error: (?:argument|unrecognized|the following arguments|unexpected|ambiguous|invalid)"
    r"|[Uu]n(?:recognized|known|expected) (?:option|argument|flag|key|keyword|field|parameter)"
    r"|[Ii]nvalid (?:option|argument|choice|value|config\w*|parameter|partition|account|qos"
    r"|mode|backend|format|path|ur[il]|UR[IL]|endpoint|namespace|port|role|strategy|dtype|range)"
    r"|[Nn]o such option|[Uu]nrecognized"
    r"|\bnot (?:a valid|recognized|recognised|allowed|permitted)\b"
    r"|[Uu]nsupported|\b(?:not|NOT) (?:yet |currently )?supported"
    r"|\b[Dd]o(?:es)?(?:n't| not) (?:yet |currently )?support"
    r"|\b[Oo]nly supports?\b|\brequires [\w.-]+ ?(?:[>=~]=|at least)"
    r"|(?:Value|Runtime|Import)Error: .*\b(?:requires?|needs)\b(?! grad)|\bis outside (?:the|\[|\d)"
    r"|no module or parameter named"
    r"|Failed to deserialize"
    r"|not initialized from checkpoint|[Ff]ailed to find a kernel|Host key verification failed"
    r"|\bonly (?:be )?(?:supported|used|enabled|set|specified|given)\b|incompatib"
    r"|(?:is|are) not compatible (?:with|when)|\bsupports? at most\b"
    r"|[Ee]xpect(?:ed|s)? \w+_\w+ to be\b"
    r"|(?:Value|Runtime|Assertion)Error: (?!.*[Pp]rompt).*\btoo (?:large|small|long|high|low|few"
    r"|many)\b"
    r"|\bno support for\b|\bneed to pass\b|\bis not a (?:file|directory)\b"
    r"|(?:Value|Runtime|Assertion)Error: (?!.*Current).*\b(?:is|are) not "
    r"(?:set|specified|enabled)\b"
    r"|\b[Oo]nly\b.{1,80}\bsupported\b|\bsupported only\b|\bsupports? \["
    r"|\b(?:ArgumentType|Usage)Error\b|\bBadParameter\b"
    r"|mutually exclusive|\b(?:[Mm]ust|[Ss]hould|has to|have to|needs? to|[Cc]annot|can't) "
    r"(?:only |not |also |\w+ly )?"
    r"(?:be|equal|exceed|have|match|set|specify|provide|use|contain|divide|include|resolve|lie"
    r"|start with|end with)\b|\b(?:library|package|module|plugin|extension) is not available\b"
    r"|Error: .*\bis not available (?:for|with|on|in)\b"
    r"|divisible|\bnot divide\b|not a multiple of|available GPUs|[Ii]mpossible"
    r"|CUDA error: invalid device ordinal"
    r"|\b(?:does not|doesn't|cannot|can't) fit"
    r"|\w*(?:size|world|ranks?|count) (?:of )?\d+ != "
    r"|[\w)] % [\w(][^=]*== ?0|larger than the|greater than the|exceeds? the|!= \d+ \*"
    r"|[Pp]lease (?:set|specify|reduce|increase|provide|use|pass|decrease|lower|enable|disable)"
    r"|[Tt]ry (?:to )?(?:increas|decreas|reduc|lower|sett)\w*|\b(?:is|are) (?:required|disabled)\b"
    r"|trust_remote_code|No module named|cannot import name|command not found|executable file not"
    r"|[Nn]o such file or directory|FileNotFoundError|\bfile not found|[Cc]an't open file"
    r"|cannot open shared object|undefined symbol|GLIBC|[Pp]ermission denied|PermissionError"
    r"|[Oo]peration not permitted(?! when stream)|\b(?:401|403|404) Client Error"
    r"|[Uu]nauthorized|[Gg]ated ?[Rr]epo"
    r"|(?:Repository|Revision|Entry)NotFoundError|authenticat|Client\w*Error: 40[134]"
    r"|\b(?:Scanner|Parser|JSONDecode|TOMLDecode)Error|pyxis: |enroot"
    r"|spank(?!: x11)|could not spawn"
    r"|(?i:\b(?:path|file|directory|folder|model|checkpoint|tokenizer|config\w*|repository|revision"
    r"|account|partition|image|module|interface|secret|configmap)\b.{0,80}"
    r"(?:does not exist|doesn't exist|could not be found|was not found))"
    r"|[Rr]epository [Nn]ot [Ff]ound|[Nn]o supported config|no socket interface|Duplicate GPU"
    r"|ncclInvalid(?:Usage|Argument)|manifest unknown|pull access denied|InvalidImageName"
    r"|ErrImage|ImagePull|CreateContainer|OCI runtime|More processors requested"
    r"|Memory required by task|violates accounting|Only allocated \d+ nodes"
    r"|time limit is invalid|flag provided but not defined|[Uu]nknown (?:short)?(?:hand )?flag"
    r"|\b(?:Composer|Constructor)Error|VersionConflict|has no vLLM implementation"
    r"|\b(?:Import|IsADirectory|NotADirectory)Error\b|(?:Is|Not) a directory|nvcc not found"
    r"|invalid usage"
    r"|[Ee]rror building extension|\['ninja'|C compiler|exceeds (?:the )?configured"
    r"|does not match (?:the )?(?:target|required|expected|model|config\w*)\b|maximum payload"
    r"|payload size exceeded|maximum connections|jetstream not enabled|dtype mismatch"
    r"|\w+ backend .* differs|not installed\b|[Mm]issing weights|No model files"
    r"|missing \d+ required|create (?:mpi )?context for|MPI type|unbound variable"
    r"|[Mm]issing required|\bis (?:greater|larger|less|smaller) than `?[a-z]+_\w+"
    r"|(?:no|No) (?:\w+ )?(?:weights?|tokenizer|config\w*)(?: files?)? found|PMI2?_Init"
    r"|KeyError: '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+'|[Pp]lacement group|[Nn]inja build failed"
    r"|NVCC compilation|[Cc]an't load (?:tokenizer|the |config)"
    r"|(?:[Cc]annot|[Cc]ould not|[Cc]an't|[Uu]nable to|[Ff]ailed to) (?:find|locate)\b"
    r"(?! (?:an? |any )?(?:valid|tactic|kernel|request|block|slot|free))"
    r"|(?:Value|Assertion)Error: .*(?:do(?:es)? not match|don't match|have different|differs? from)"
    r"|\b(?:smaller|fewer|lower|shorter|less|bigger) than (?:the |max|min|required|num|total|local)"
    r"|\brequires? [\w() .]{1,60} to be\b|user name is empty|invalid auth"
    r"|not enough slots|direct launched using|\b(?:are|is) available, but\b|required GPUs"
)
#: What a program does wrong to itself.
_PROGRAM = (
    r"illegal memory access|illegal instruction|device-side assert|misaligned address"
    r"|unspecified launch failure|CU(?:BLAS|DNN|SPARSE|FFT)_STATUS_(?!NOT_INIT)"
    r"|[Cc]utlass\b.*\bError"
    r"|[Ss]egmentation fault|SIGSEGV|double free|(?:malloc|free|realloc)\(\): |stack smashing"
    r"|INTERNAL ASSERT|[Hh]ang detected"
    r"|[Ss]egfault|Floating point exception|Fatal Python error|pure virtual method"
    r"|called `(?:Option|Result)::|index out of bounds|\bunreachable code|RefCell|PoisonError"
)
TABLE: tuple[tuple[Fault, re.Pattern[str]], ...] = (
    # a heap that is corrupted is the program's, a file that is corrupted the system's
    (
        "product",
        re.compile(
            r"corrupted (?:size|double-linked|unsorted)|double free|heap corruption"
            r"|CUDA error: an illegal|CUDA_ERROR_(?:ILLEGAL|LAUNCH|ASSERT|MISALIGNED)"
            r"|Xid [^:]*\([^)]*\): (?:13|31)\b|OutOfResources|out of resource: shared memory"
        ),
    ),
    ("infrastructure", re.compile(_SYSTEM)),
    ("infrastructure", re.compile(_DEVICE)),
    (
        "infrastructure",
        re.compile(
            rf"^(?=.*(?:{_PARTS}))(?!.*(?:\b(?:0|no) (?:\w+ )?errors?\b|status=5\b"
            rf"|\b(?:skipped|corrected)\b)).*(?i:{_AMISS})"
        ),
    ),
    ("product", re.compile(_PROGRAM)),
    ("config", re.compile(_SETTING)),
)
#: Exceptions that Python raises where a program is wrong, and their words.
TYPES = re.compile(
    r"\b(?:Index|Key|Attribute|Type|Name|Assertion|UnboundLocal|ZeroDivision|Recursion|Unicode\w*|Lookup"
    r"|Overflow|FloatingPoint|NotImplemented|InvalidState|System|Inductor|Compilation)Error\b"
    r"|\bhas no attribute '|\bindex out of range"
    r"|\bobject is not (?:callable|subscriptable|iterable)"
)
#: Exceptions by which a program refuses what it was given. Before a deployment serves that is what
#: its user wrote; later it is a request, or the program's own state.
GIVEN = re.compile(
    r"\b(?:Value|NotImplemented|Validation)Error\b"
    r"|\bTypeError: .*\bunexpected keyword argument\b"
)
#: What else a program raises, or asserts of its own state, where it is wrong: in words that sound
#: like those of a wrong value, and not for a person to read.
OWN = re.compile(
    r"[Ss]izes? of tensors?\b|mat1 and mat2|expected scalar type|shape '\[|same device"
    r"|(?:CUDA|cuda\w*\(\)).*\binvalid (?:argument|configuration|device function|value|resource)"
    r"|\bmust be (?:called|initiali[sz]ed|started|awaited)\b|shape mismatch|cannot be broadcast"
    r"|could not (?:be )?broadcast|Unable to cast Python"
    r"|values to unpack|changed size during iteration"
    r"|StopIteration|\bmath (?:domain|range) error|I/O operation on closed|running event loop"
    r"|\bassertion (?:`.*` )?failed: "
    r"|[Ee]vent loop is closed|already awaited|without an active exception|running GEMM"
    r"|cutlass TMA|valid tactic"
    r"|PicklingError|overflowed its stack|fatal runtime error|_dynamo\.exc\.|CompilationError"
    r"|\b[Tt]ensors?\b(?! ?-?_?parallel).{0,60}\b(?:must|should|same)\b"
    r"|std::(?:out_of_range|bad_function_call|logic_error|length_error|bad_variant_access"
    r"|bad_optional_access|future_error|bad_weak_ptr|bad_any_cast|bad_typeid)"
    r"|\bbad (?:variant access|any_cast)|stream is capturing|previous error during capture"
    r"|^.{0,90}?\bassert (?:\w+ (?:not )?in self\.|[\w.]+ is not None\b)"
    r"|\bmust (?:not )?be (?:nullopt|nullptr|null)\b"
    r"|\bTypeError: (?!.*(?:--|[Cc]onfig|[Oo]ption|[A-Z]_[A-Z])).*\bmust be\b.*\bnot\b"
    r"|\bCHECK_\w+\(.*failed"
    r"|\bCheck failed: (?!.*(?:status|ibv_|annot allocate|\b[Oo]k\(\)|connect|CUDA))"
    r"|' not supported between instances of|argument types are supported"
    r"|[Ii]ncompatible (?:constructor|function) arguments|attached to a different loop"
    r"|[Rr]equest (?:id )?\S+ (?:not found|already|does not exist)"
    r"|\bUnexpected (?:\w+ )?(?:message|state)\b"
    r"|\b(?:buffers?|connector|[Ee]ngine|manager|context|group|executor|session|client|scheduler)"
    r" (?:(?:is|are|was|were|has|have) )?not (?:yet )?(?:been )?initiali[sz]ed"
    r"|\bBackendCompilerFailed|InternalTorchDynamo|\bpanicked at\b"
    r"|Assertion (?:failed: |[`'])(?!.*SUCCESS)[!\w:.()\[\]>*&-]+"
    r"(?: (?:[!=<>]=?|[&|]+) [!\w:.()\[\]>*&-]+)*(?:['`] failed| \(/)"
    # what an assertion demands of its own program, where it names nothing that a person sets
    r"|AssertionError: (?!.*(?:support|[Rr]equire|--|[A-Z]+_[A-Z]|_size|_len|parallel|world|rank"
    r"|\b[dt]p|divisib|abled|[Pp]lease|device|GPU|quantiz|[Cc]onfig|argument|option|specif|provided"
    r"|compat|install|number of|multiple))"
    r".*\b(?:[Mm]ust|[Ss]hould|needs? to|[Cc]an only|can't|cannot|[Ee]ither)\b"
    # what the files assert that hold kernels, or the blocks of the KV cache: of the engine's doing
    r"|Assertion failed: (?!.*(?:support|SUCCESS|cannot be|must|should|exceed|divisible|multiple"
    r"|[Ff]ile\b|(?:er|ess) than|\bfit|enough|too (?:small|large|few|many)))"
    r".*/(?:(?:kernels|layers|thop|cutlass_extensions|plugins)/\S+"
    r"|(?:kvCacheManager|evictionPolicy)\.\w+|batch_manager/(?!\w*[Tt]rans)\w+\.\w+"
    r"|common/(?:attention|cublas|quant|opU)\w*\.\w+"
    r"|runtime/(?!\w*(?:[Ii]pc|[Nn]ccl|[Mm]cast|[Mm]ulticast|[Cc]onfig|[Mm]em))\w+\.\w+):\d+\)"
)
#: What a person sets, which a panic names.
VARIABLE = re.compile(
    r"\b(?:DYN|NATS|ETCD|HF|RUST|OTEL|NIXL|UCX|POD|MODEL)_[A-Z_]+\b|\bNotPresent\b"
)
