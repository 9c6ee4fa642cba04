# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What stands in for GPUs, run as processes of their own.

``rank.py`` is started once for every GPU of a topology, as ``srun`` would start it; ``frontend.py``
is the real Dynamo frontend. Everything between them - discovery, request plane, routers, the
OpenAI surface - is Dynamo's own, so a deployment of stand-ins proves the wiring, not the model.

``rank.py``      one rank: what it says, how it loads, when it dies
``leader.py``    rank 0: waits for the others, serves, ends the world when one is lost
``engine.py``    what rank 0 registers, and what it makes of a request
``answer.py``    the tokens of an answer, which clients can predict
``faults.py``    what goes wrong when a rehearsal asks for it
``frontend.py``  the frontend's process

``tokenizer/`` is what a worker needs of a model, 70 kB of JSON. It was made with the ``tokenizers``
package: a byte-level BPE trained on five short sentences (so any text round-trips), special tokens
of ChatML and of image prompts, and words " w0441" to " w4095" up to a vocabulary of 4096, so that
every id a stand-in answers is readable. The chat template is ChatML on purpose: Dynamo 1.x takes
one with ``<|assistant|>`` for Phi-3 and one with ``USER:`` for LLaVA, and words images their way.
"""
