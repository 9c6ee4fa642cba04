# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The checkout's own conftest; the plugin itself is named in pyproject.toml."""
