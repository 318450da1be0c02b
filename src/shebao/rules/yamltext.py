"""YAML read as it is written: every scalar stays text, so that no number passes through a float and `no` is no flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from shebao.rules.values import Problem

NULLS = ("", "~", "null")
# libyaml's parser where PyYAML was built with it (ten times faster), else the one in Python
_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_Base):  # type: ignore[misc] # the base is chosen at import
    def resolve(self, kind: type[Node], value: str, implicit: object) -> str:
        return ""  # tags are not asked for: what a scalar means is the schema's business


@dataclass(frozen=True)
class Document:
    """`tree`: dicts with text keys, lists, text, and None for an empty or null scalar without quotes."""

    tree: object
    root: Node | None

    def line(self, path: Sequence[str | int]) -> int:
        """The line of what stands at the path of keys and indexes, or of the nearest thing above it."""
        node = self.root
        line = 1 if node is None else node.start_mark.line + 1
        for step in path:
            found: Node | None = None
            if isinstance(node, MappingNode):
                for key, value in node.value:
                    if key.value == step:
                        line, found = key.start_mark.line + 1, value
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node.value[step]
                line = found.start_mark.line + 1
            if found is None:
                break
            node = found
        return line


def read_yaml(text: str) -> Document:
    """The one document of a YAML text.  Raises Problem, with the line, for bad syntax, duplicate keys and recursion."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        tree = None if root is None else _plain(root, {})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Problem(
            f"第{line}行：YAML语法错误（{error.problem}）", f"line {line}: this is no YAML: {error.problem}"
        ) from None
    except yaml.YAMLError as error:
        raise Problem(f"YAML无法读取（{error}）", f"this is no YAML: {error}") from None
    finally:
        loader.dispose()
    return Document(tree, root)


def _plain(node: Node, done: dict[int, object]) -> object:
    """The plain value of a node; `done` keeps aliased ones, so that a small file stays small and a loop is found."""
    if type(node) is ScalarNode:
        value: str = node.value
        return None if not node.style and value in NULLS else value
    known = done.get(id(node))
    if known is not None:
        if known is done:
            line = node.start_mark.line + 1
            raise Problem(f"第{line}行：别名指向自身", f"line {line}: an alias that holds itself; write it out")
        return known
    done[id(node)] = done  # under way
    result: object
    if type(node) is SequenceNode:
        result = [_plain(item, done) for item in node.value]
    else:
        result = _mapping(node, done)
    done[id(node)] = result
    return result


def _mapping(node: Node, done: dict[int, object]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in node.value:
        if type(key) is not ScalarNode:
            line = key.start_mark.line + 1
            raise Problem(f"第{line}行：键应为文本", f"line {line}: a key is plain text, not a list or mapping")
        name: str = key.value
        if name in result:
            line = key.start_mark.line + 1
            raise Problem(f"第{line}行：键{name}重复", f"line {line}: the key {name} stands twice; keep one")
        result[name] = _plain(value, done)
    return result
