# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The hub refuses the model to this account.

Why: The model is gated, and HF_TOKEN is missing or of someone who did not accept its terms.

Remedy: Set HF_TOKEN, accept the model's terms, or give the path of a local copy.

Source: huggingface_hub, `errors.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI214",
    "model-access-refused",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "GatedRepoError",
        "access gated repo",
        "access a gated repo",
        "Unauthorized for url: https://huggingface.co",
        "Forbidden for url: https://huggingface.co",
        "RepositoryNotFoundError: 401",
        "LocalTokenNotFoundError",
        "is restricted. You must",
        "Invalid credentials in Authorization header",
        "Invalid username or password.",
        "Unauthorized) for url (https://huggingface.co",
        "Unauthorized' for url 'https://huggingface.co",
        "Forbidden' for url 'https://huggingface.co",
        "Forbidden) for url (https://huggingface.co",
        "Token is required (`token=True`)",
        "not in the authorized list",
        "Invalid user token",
        "Illegal header value b'Bearer",
        "enable access to public gated repositories",
        "is awaiting a review from the repo authors",
    ),
    samples=(
        "huggingface_hub.errors.GatedRepoError: 401 Client Error.",
        " 0: Cannot access gated repo for url https://huggingface.co/m/resolve/main/config.json.",
        "OSError: You are trying to access a gated repo.",
        "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://huggingface.co/api/models/m",
        "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://huggingface.co/m/resolve/main/config.json",
        "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. (Request ID: Root=1-68a)",
        "huggingface_hub.errors.LocalTokenNotFoundError: Token is required (`token=True`), but no token found.",
        "Access to model meta-llama/Llama-3.1-8B is restricted. You must have access to it and be authenticated to access it. Please log in.",
        "Invalid credentials in Authorization header",
        "Invalid username or password.",
        "httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://huggingface.co/m/resolve/main/config.json'",
        "httpx.HTTPStatusError: Client error '403 Forbidden' for url 'https://huggingface.co/m/resolve/main/config.json'",
        "Exception: HTTP status client error (401 Unauthorized) for url (https://huggingface.co/m/resolve/main/config.json)",
        "Exception: HTTP status client error (403 Forbidden) for url (https://huggingface.co/m/resolve/main/config.json)",
        "OSError: Token is required (`token=True`), but no token found.",
        "Access to model m/x is restricted and you are not in the authorized list. Visit https://huggingface.co/m/x to ask for access.",
        "httpx.LocalProtocolError: Illegal header value b'Bearer hf_x'",
        "ValueError: Invalid user token. The token from HF_TOKEN environment variable is invalid.",
        "prefill-0  | huggingface_hub.errors.HfHubHTTPError: 403 Forbidden: Please enable access to public gated repositories in your fine-grained token settings to view this repository..",
        "Your request to access model meta-llama/Llama-3.1-405B-Instruct is awaiting a review from the repo authors.",
    ),
    near_misses=("INFO HF_TOKEN is set, gated models can be fetched",),
)
