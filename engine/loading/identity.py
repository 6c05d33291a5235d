"""What a guideline is, as a hash: SHA-256 over the canonical JSON (RFC 8785) of what its author wrote.

Every scalar counts as its text and `outcomes` by their order; comments, layout, file order and cases do not count.
It is never taken from our models, whose defaults change by release.
"""

from collections.abc import Mapping as Lookup
from hashlib import sha256

import rfc8785

from engine.loading.nodes import Mapping, Node, Scalar, Sequence

Tree = str | list["Tree"] | dict[str, "Tree"]


def content_of(
    guideline: Node, facts: Node, findings: Node | None, decisions: Lookup[str, Node], imports: Lookup[str, str]
) -> dict[str, Tree]:
    """What is hashed: `guideline.yaml`, `facts.yaml`, `findings.yaml` where there is one, each decision's file, and the
    hashes of imported guidelines by their names where there are any."""
    tree: dict[str, Tree] = {
        "guideline": _tree(guideline),
        "facts": _tree(facts),
        "decisions": {name: _decision(node) for name, node in decisions.items()},
    }
    if findings is not None:
        tree["findings"] = _tree(findings)
    if imports:
        tree["imports"] = dict(imports)
    return tree


def identity_of(content: dict[str, Tree]) -> str:
    """The hash, in hexadecimal, of what a guideline's author wrote."""
    return sha256(rfc8785.dumps(content)).hexdigest()


def _decision(node: Node) -> Tree:
    tree = _tree(node)
    outcomes = node.by_name().get("outcomes") if isinstance(node, Mapping) else None
    if isinstance(tree, dict) and isinstance(outcomes, Mapping):
        tree["outcomes"] = [[key.text, _tree(body)] for key, body in outcomes.entries]
    return tree


def _tree(node: Node) -> Tree:
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [_tree(item) for item in items]
        case Mapping(entries):
            return {key.text: _tree(body) for key, body in entries}
