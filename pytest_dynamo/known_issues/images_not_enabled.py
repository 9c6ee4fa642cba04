# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A request has an image, and the worker takes none.

Why: The worker was started without the option for it.

Remedy: Start the workers with --enable-multimodal, or --modality multimodal before 1.0.

Source: Dynamo 1.6.1 with vLLM, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI212",
    "images-not-enabled",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "multimodal processing is not enabled",
        "Unknown modality: image",
        "At most 0 image(s) may be provided",
        "is not a multimodal model",
        "Multimodal input received but ",
    ),
    phase="serving",
    samples=(
        " 0: ValueError: Received multimodal data but multimodal processing is not enabled. Use --enable-multimodal",
        '{"object":"error","message":"Unknown modality: image","type":"BadRequestError","param":null,"code":400}',
        "ValueError: At most 0 image(s) may be provided in one prompt.",
        "openai.BadRequestError: Error code: 400 - {'error': {'message': 'Qwen3-32B is not a multimodal model', 'type': 'BadRequestError', 'param': None, 'code': 400}}",
        "RuntimeError: Multimodal input received but worker started without --modality multimodal. Restart the worker with --modality multimodal or remove image_url content.",
    ),
    near_misses=("multimodal processing is enabled",),
)
