# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The Hugging Face Hub cannot be reached.

Why: The nodes have no way to the internet, or a proxy is missing.

Remedy: Fetch the model beforehand and name its directory, or let the nodes reach the Hub.

Source: huggingface_hub, `file_download.py`; transformers, `utils/hub.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI215",
    "hub-unreachable",
    role="root",
    fault="infrastructure",
    engine="hugging-face",
    texts=(
        "We couldn't connect to 'https://",
        "trying to locate the file",
        "HTTPSConnectionPool(host='huggingface.co'",
        "hf.co', port=443",
        "IncompleteRead(",
        "CAS service error",
        "CAS Client Error",
        "ReqwestMiddleware Error",
        "error sending request for url (https://huggingface.co",
        "Distant resource does not seem to be on huggingface.co",
        "504 Server Error: Gateway Time-out for url: https://huggingface.co",
        "HarmonyError: error downloading or loading vocab file",
    ),
    pattern=r"^(?!.*No space left)",
    broad=True,
    samples=(
        "requests.exceptions.HTTPError: 504 Server Error: Gateway Time-out for url: https://huggingface.co/m/resolve/main/config.json",
        "OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the cached files.",
        "huggingface_hub.errors.LocalEntryNotFoundError: An error happened while trying to locate the files on the Hub and we cannot find the appropriate snapshot folder for the specified revision on the local disk.",
        " 3: requests.exceptions.ConnectTimeout: (MaxRetryError(\"HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url: /api/models/x\"))",
        "requests.exceptions.SSLError: HTTPSConnectionPool(host='cdn-lfs.hf.co', port=443): Max retries exceeded with url: /repos/x",
        "requests.exceptions.ChunkedEncodingError: ('Connection broken: IncompleteRead(1024 bytes read, 2048 more expected)')",
        "RuntimeError: Data processing error: CAS service error : ReqwestMiddleware Error: Request failed after 5 retries",
        "RuntimeError: Data processing error: CAS Client Error: request error: error sending request",
        "Exception: Failed to download file 'config.json' from model 'm/x': error sending request for url (https://huggingface.co/m/x/resolve/main/config.json)",
        "OSError: Distant resource does not seem to be on huggingface.co. It is possible that a configuration issue prevents you",
        "openai_harmony.HarmonyError: error downloading or loading vocab file: failed to download or load vocab file",
    ),
    near_misses=(
        "urllib3.exceptions.ProtocolError: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
        "Fetching 163 files:  12%|#2        | 20/163",
        "RuntimeError: Data processing error: I/O error: No space left on device (os error 28)",
        "RuntimeError: Data processing error: CAS service error : IO Error: No space left on device (os error 28)",
        "openai_harmony.HarmonyError: unexpected tokens remaining in message header",
    ),
)
