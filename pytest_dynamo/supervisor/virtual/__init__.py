# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A real Slurm cluster inside this machine, for rehearsals and for tests."""
