"""How Converse streams a call of a tool: its input is JSON in pieces."""

from __future__ import annotations

import json
import re
from typing import Any


def forced_tool(request: dict[str, Any]) -> dict[str, Any] | None:
    """The tool that a request makes the model use; None when it may write text."""
    config = request.get("toolConfig")
    if config is None:
        return None
    (spec,) = (tool["toolSpec"] for tool in config["tools"])
    assert config["toolChoice"] in ({"tool": {"name": spec["name"]}}, {"any": {}}), config
    found: dict[str, Any] = spec
    return found


def filled(spec: dict[str, Any], text: str) -> tuple[str, ...]:
    """A text as the input of a tool that takes one property: a line is an entry of a list."""
    schema = spec["inputSchema"]["json"]
    ((name, kind),) = schema["properties"].items()
    assert schema["required"] == [name]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = json.dumps({name: lines if kind["type"] == "array" else text.strip()})
    return tuple(re.findall(r"(?s).{1,9}", told))


def tool_start(spec: dict[str, Any]) -> dict[str, Any]:
    """The payload of `contentBlockStart`."""
    use = {"toolUseId": "tooluse_8Hk2", "name": spec["name"]}
    return {"contentBlockIndex": 0, "start": {"toolUse": use}}
