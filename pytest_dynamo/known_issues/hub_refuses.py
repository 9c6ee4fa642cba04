# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The model hub refuses so many downloads.

Why: Each rank fetches the model by itself.

Remedy: Fetch the model beforehand, and set HF_HUB_OFFLINE=1.

Source: Dynamo issues 874, 3644 and 14315
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI211",
    "hub-refuses",
    role="root",
    fault="infrastructure",
    engine="hugging-face",
    texts=(
        "429 Client Error",
        "Too Many Requests",
        "had to rate limit you",
        " Server Error",
        "Server error '50",
        "Rate limited. Waiting ",
    ),
    pattern=r"429 Client Error|Too Many Requests.*(?:huggingface\.co|hf\.co)|had to rate limit you|\b50[023] (?:Server Error|[\w -]+' for url).*(?:huggingface\.co|hf\.co)|Rate limited. Waiting [\d.]+s before retry",
    phase="load",
    samples=(
        "13: huggingface_hub.errors.HfHubHTTPError: 429 Client Error: Too Many Requests for url: https://huggingface.co/api/models/m",
        "Exception: HTTP status client error (429 Too Many Requests) for url (https://huggingface.co/m/resolve/main/config.json)",
        "httpx.HTTPStatusError: Server error '503 Service Unavailable' for url 'https://huggingface.co/api/models/m'",
        "We had to rate limit your IP (192.0.2.7). To continue using our service, create a HF account or login to your existing account",
        "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: https://huggingface.co/api/models/x",
        "Rate limited. Waiting 207.0s before retry [Retry 1/5].",
    ),
    near_misses=(
        "429 tokens generated",
        "POST /v1/chat/completions: 429 Too Many Requests",
        "500 Internal Server Error",
    ),
)
