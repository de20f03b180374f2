"""JSON text as a tree: nothing computed, nothing too deep, the top before the rest."""

import json
import random

import pytest

from dashboard.result_view.nodes import Kind, Node, read_tree


def write(node: Node) -> str:
    """Write a tree that is whole as JSON again."""
    if node.kind is Kind.ARRAY:
        return f"[{','.join(map(write, node.children))}]"
    if node.kind is Kind.OBJECT:
        return f"{{{','.join(f'{json.dumps(one.name)}:{write(one)}' for one in node.children)}}}"
    return node.text


def make_value(chance: random.Random, depth: int = 0) -> object:
    kind = chance.randrange(6 if depth < 4 else 4)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind == 1:
        return chance.choice([0, -1, 10**30, 0.5, -2.5e-7])
    if kind in (2, 3):
        return chance.choice(["", ":", "},{", '"', "\\", '\\"', "a\nb", "[", "\u6f22", "null"])
    entries = [make_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return entries if kind == 4 else {f'"k:{n}\\': value for n, value in enumerate(entries)}


def test_a_tree_says_what_the_text_says():
    for seed in range(300):
        value = make_value(random.Random(seed))
        for indent in (None, 4):
            assert json.loads(write(read_tree(json.dumps(value, indent=indent)))) == value


@pytest.mark.parametrize(
    "digits", ["12345678901234567890.10", "1.0", "-0", "0.000000000000000000001", "1" * 400]
)
def test_a_number_is_as_it_is_written(digits):
    assert read_tree(f'{{"n": [{digits}]}}').children[0].children[0].text == digits


def test_nesting_costs_no_recursion_and_ends_at_a_bound():
    node = read_tree("[" * 50_000 + "1" + "]" * 50_000, max_levels=64)
    for _ in range(63):
        (node,) = node.children
    assert (node.count, node.children) == (1, [])


def test_what_is_at_the_top_is_there_however_long_what_comes_before():
    root = read_tree(json.dumps({"mask": [1] * 5_000, "label": "cat"}), max_nodes=100)
    assert [child.name for child in root.children] == ["mask", "label"]
    assert (root.children[0].count, len(root.children[0].children)) == (5_000, 97)


def test_of_many_entries_the_first_are_there_whole():
    boxes = [dict.fromkeys("xywh", n) for n in range(1_000)]
    root = read_tree(json.dumps({"boxes": boxes, "label": "cat"}), max_nodes=103)
    (node, label) = root.children
    assert label.text == '"cat"'
    assert [len(box.children) for box in node.children] == [4] * 20
    assert (node.count, {box.count for box in node.children}) == (1_000, {4})


@pytest.mark.parametrize("text", ["", "[", '{"a":', '"x', "nul", "]", '{"a": 1, "b'])
def test_what_was_cut_is_no_tree(text):
    with pytest.raises(ValueError, match="JSON"):
        read_tree(text)
