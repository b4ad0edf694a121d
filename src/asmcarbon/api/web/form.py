"""What can be filled in for a site, as a tree, from the schema that the reader publishes: no second list of keys.

A node has `key`, `kind`, and what its kind needs: `fields` of a group, `item` of a list or of a map of names,
`choices`, `example`, `help`. Kinds: group, list, map, figure, choice, switch, number, text.
"""

from functools import cache
from typing import Any, cast

from asmcarbon.site.site import Site

Node = dict[str, Any]
# What is long to choose from is typed: the reader refuses what is not known, with the nearest.
_MOST_CHOICES = 40


@cache
def form_of() -> list[Node]:
    """Return what can be filled in, in the order of a site file."""
    schema = Site.model_json_schema()
    return _fields(schema, schema["$defs"])


def _fields(schema: Node, parts: dict[str, Node]) -> list[Node]:
    required = set(schema.get("required", ()))
    nodes = [_node(name, one, parts) for name, one in schema.get("properties", {}).items()]
    return [{**node, "required": True} if node["key"] in required else node for node in nodes if node is not None]


def _node(key: str, given: Node, parts: dict[str, Node]) -> Node | None:
    """Return what is filled in under a key; None for what a form has no field for, which is written as text."""
    schema = _resolved(given, parts)
    node: Node = {"key": key}
    if told := given.get("description") or (schema.get("description") if "$ref" not in str(given) else None):
        node["help"] = told
    examples = given.get("examples") or schema.get("examples")
    if examples:
        node["example"] = str(examples[0])
    choices = schema.get("enum")
    if choices is not None and len(choices) <= _MOST_CHOICES:
        return {**node, "kind": "choice", "choices": choices}
    if _is_quantity(schema):
        text = next(one for one in schema["anyOf"] if one.get("type") == "string")
        return {**node, "kind": "figure", "example": str(text.get("examples", [""])[0])}
    if "properties" in schema:
        return {**node, "kind": "group", "fields": _fields(schema, parts)}
    of_names: Node = schema.get("patternProperties") or {}
    value: Any = schema.get("additionalProperties") or next(iter(of_names.values()), None)
    if schema.get("type") == "object" and isinstance(value, dict):
        return _of_many(node, "map", cast("Node", value), parts)
    if schema.get("type") == "array":
        return _of_many(node, "list", schema.get("items", {}), parts)
    simple = {"boolean": "switch", "integer": "number", "number": "number", "string": "text"}.get(
        schema.get("type", "")
    )
    return None if simple is None else {**node, "kind": simple}


def _of_many(node: Node, kind: str, item: Node, parts: dict[str, Node]) -> Node | None:
    of = _node("", item, parts)
    return None if of is None else {**node, "kind": kind, "item": of}


def _resolved(schema: Node, parts: dict[str, Node]) -> Node:
    """Return a schema without the ways of saying that it may be left out, and at its own place."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        schema = kinds[0]
    if "$ref" in schema:
        return _resolved(parts[schema["$ref"].rpartition("/")[2]], parts)
    return schema


def _is_quantity(schema: Node) -> bool:
    kinds = schema.get("anyOf", ())
    return any("value" in one.get("properties", {}) for one in kinds) and any(
        one.get("type") == "string" for one in kinds
    )
