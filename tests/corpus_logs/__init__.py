# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A labelled corpus of logs: what went wrong in each bundle is known, see README.md."""
