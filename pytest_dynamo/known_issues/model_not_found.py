# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The model is not where the process looks for it.

Why: The path is of another machine or not mounted, or the name is of a hub that the nodes do not
reach.

Remedy: Correct model.path, mount it on every node, or fetch the model beforehand.

Source: Dynamo 1.6.1, run; Hugging Face transformers
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI201",
    "model-not-found",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "is not a valid model identifier",
        "does not appear to have a file named",
        "Incorrect path_or_model_id",
        "Repo id must be",
        "outgoing traffic has been disabled",
        "offline mode is enabled",
        "RepositoryNotFoundError: 404",
        "Repository Not Found for url",
        "RevisionNotFoundError: 404",
        "EntryNotFoundError: 404",
        "No supported config format found in",
        "Invalid repository ID or local directory specified",
        "Can't load the configuration of",
        "Can't load the model for",
        "nable to extract config",
        "nable to extract model info from ",
        "odel path does not exist: ",
        "Failed to fetch model '/",
        "does not exist",
        "not found",
        "is not a directory",
        "is empty",
        "does not contain config.json",
        "404 Not Found",
        "Repo id must use",
    ),
    pattern=r"^(?!.*401 Client Error).*(?:Model snapshots for .* not found|not a valid model identifier|does not appear to have a file named (?!pytorch_model)|(?:Repository|Revision|Entry)NotFoundError: 404|Repository Not Found for url|Incorrect path_or_model_id|Repo id must (?:be|use)|outgoing traffic has been disabled|offline mode is enabled|No supported config format found in|Invalid repository ID or local directory|Can't load the (?:configuration of|model for)|nable to extract (?:config(?:\.json)?|model info) from (?:directory|repo) (?!.*(?:pars|EOF))|\bModel path (?:does not exist|is not a directory): /|\bfile config\.json not found\b|Failed to fetch model '/|does not contain config\.json|404 Not Found(?:\) for url \(|' for url ')https://huggingface\.co|(?i:\b(?:model|checkpoint|weights?)(?:[ _](?:path|dir(?:ectory)?|folder|file))?:? ['`\x22]?/\S*?['`\x22]? (?:does not exist|not found|was not found|could not be found|is not a directory|is empty)))",
    samples=(
        "Exception: unable to extract model info from directory /models/x",
        "Exception: Model path does not exist: /models/r1",
        "Exception: file config.json not found in /models/x",
        " 0: Exception: Model snapshots for '/models/r1' not found in cache",
        "OSError: /models/r1 is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'",
        "OSError: /models/r1 does not appear to have a file named config.json.",
        "huggingface_hub.errors.RepositoryNotFoundError: 404 Client Error. Repository Not Found for url: https://huggingface.co/api/models/x",
        "OSError: Incorrect path_or_model_id: '/models/foo'. Please provide either the path to a local folder or the repo_id of a model on the Hub.",
        "huggingface_hub.errors.HFValidationError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': '/models/x'.",
        "huggingface_hub.errors.LocalEntryNotFoundError: Cannot find the requested files in the disk cache and outgoing traffic has been disabled.",
        "huggingface_hub.errors.OfflineModeIsEnabled: Cannot reach https://huggingface.co/api/models/x: offline mode is enabled.",
        "Repository Not Found for url: https://huggingface.co/api/models/nvidia/x/revision/main.",
        "huggingface_hub.errors.RevisionNotFoundError: 404 Client Error.",
        "huggingface_hub.errors.EntryNotFoundError: 404 Client Error.",
        "ValueError: No supported config format found in /models/r1. Please ensure your configuration file exists",
        "ValueError: Invalid repository ID or local directory specified: '/models/r1'",
        "OSError: Can't load the configuration of '/models/r1'.",
        "OSError: Can't load the model for '/models/r1'. If you were trying to load it from the Hub, make sure you don't have a local directory with the same name.",
        "Exception: unable to extract config.json from directory /models/r1",
        " 0: Failed to fetch model '/models/r1' from HuggingFace: relative URL without a base. Is this a valid HuggingFace ID?",
        "FileNotFoundError: Model path '/models/r1' does not exist",
        "ValueError: Model path /models/r1 is not a directory",
        "ValueError: Model directory /models/r1 is empty",
        "AssertionError: Engine directory /engines/r1 does not contain config.json",
        "Exception: HTTP status client error (404 Not Found) for url (https://huggingface.co/api/models/m/revision/main)",
        "httpx.HTTPStatusError: Client error '404 Not Found' for url 'https://huggingface.co/api/models/m'",
        "huggingface_hub.errors.HFValidationError: Repo id must use alphanumeric chars or '-', '_', '.': '/models/x y'.",
    ),
    near_misses=(
        "Exception: unable to extract model info from directory /models/x: EOF while parsing a value",
        "Loading model /models/r1",
        "Model snapshot of /models/r1 found",
        "HF_HUB_OFFLINE=1: offline mode",
        "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. (Request ID: Root=1-68a)",
        "actor b1 does not exist",
        "POST /v1/chat/completions: 404 Not Found",
        "The model `x/y` does not exist.",
        "model x/y not found in the registry yet",
        "Failed to fetch model 'm/x' from HuggingFace: request error. Is this a valid HuggingFace ID?",
        "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. Repository Not Found for url: https://huggingface.co/api/models/org/x.",
    ),
)
