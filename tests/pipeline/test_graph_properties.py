"""The task graph under random graphs and random edits: exactly what has to run runs, and the result
is a clean build's.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import fakework
from hypothesis import given, settings
from hypothesis import strategies as st
from test_build import Bench

from reportgen.pipeline.store import MANIFEST


@dataclass(frozen=True)
class Node:
    """A fake task: what its product is made of."""

    text: int  # its own input
    needs: tuple[int, ...]
    wants: tuple[int, ...]
    constant: bool  # the same product whatever it is made of


@st.composite
def graphs(draw: st.DrawFn) -> list[Node]:
    """One to seven tasks; each needs or wants some of those before it."""
    nodes: list[Node] = []
    for i in range(draw(st.integers(1, 7))):
        kinds = draw(st.lists(st.sampled_from(["", "", "need", "want"]), min_size=i, max_size=i))
        before = lambda kind: tuple(j for j, k in enumerate(kinds) if k == kind)
        nodes.append(Node(0, before("need"), before("want"), draw(st.booleans())))
    return nodes


def planned(folder: Path, nodes: Iterable[Node]) -> Bench:
    """Tasks of a graph in a store."""
    bench = Bench(folder)
    for i, node in enumerate(nodes):
        names = lambda which: tuple(f"r/{j}" for j in which)
        bench.add(
            str(i),
            work=fakework.constant if node.constant else fakework.say,
            inputs={"text": str(node.text)},
            needs=names(node.needs),
            wants=names(node.wants),
        )
        bench.tasks[str(i)].arguments["text"] = str(node.text)
    return bench


def expected(nodes: list[Node], edited: set[int]) -> set[str]:
    """Which tasks have to run: the edited ones, and those that read a product that is now
    another.
    """
    ran: set[int] = set()
    for i, node in enumerate(nodes):
        if i in edited or any(
            j in ran and not nodes[j].constant for j in (*node.needs, *node.wants)
        ):
            ran.add(i)
    return {str(i) for i in ran}


def products(bench: Bench) -> dict[str, str]:
    """Every product that the last build stands by."""
    found = {name: bench.store.last(f"r/{name}") for name in bench.tasks}
    return {
        name: "".join((artefact.folder / f).read_text() for f in artefact.files)
        for name, artefact in found.items()
        if artefact
    }


@settings(max_examples=20, deadline=None)
@given(graphs(), st.data())
def test_exactly_the_dependants_of_an_edit_run(nodes: list[Node], data: st.DataObject) -> None:
    """Edits one after another, each to some inputs, back to older values too: what reads a changed
    product runs, nothing else does, and all is as if built afresh.
    """
    with tempfile.TemporaryDirectory() as place:
        bench = planned(Path(place), nodes)
        bench.run()
        assert sorted(bench.ran) == sorted(bench.tasks)
        for edit in range(1, 4):
            edited = data.draw(st.sets(st.integers(0, len(nodes) - 1), max_size=2))
            nodes = [
                Node(edit, n.needs, n.wants, n.constant) if i in edited else n
                for i, n in enumerate(nodes)
            ]
            bench = planned(Path(place), nodes)
            outcomes = bench.run()
            log = (Path(place) / "log").read_text().split() if bench.ran else []
            ran = {name for name, o in outcomes.items() if o.state == "ran"}
            assert ran == expected(nodes, edited)
            assert len(log) == len(ran)
        with tempfile.TemporaryDirectory() as elsewhere:
            clean = planned(Path(elsewhere), nodes)
            clean.run()
            assert products(bench) == products(clean)


@settings(max_examples=15, deadline=None)
@given(graphs(), st.data())
def test_an_edit_undone_runs_nothing(nodes: list[Node], data: st.DataObject) -> None:
    """Older products are still there."""
    with tempfile.TemporaryDirectory() as place:
        planned(Path(place), nodes).run()
        i = data.draw(st.integers(0, len(nodes) - 1))
        planned(
            Path(place),
            [Node(9, n.needs, n.wants, n.constant) if j == i else n for j, n in enumerate(nodes)],
        ).run()
        assert {o.state for o in planned(Path(place), nodes).run().values()} == {"reused"}


@settings(max_examples=25, deadline=None)
@given(graphs(), st.data())
def test_any_damaged_byte_is_mended_or_without_effect(
    nodes: list[Node], data: st.DataObject
) -> None:
    """One bit of any file in the store turns: afterwards the products are what they were."""
    with tempfile.TemporaryDirectory() as place:
        bench = planned(Path(place), nodes)
        bench.run()
        before = products(bench)
        files = sorted(path for path in bench.store.folder("r").rglob("*") if path.is_file())
        path = data.draw(st.sampled_from(files))
        content = bytearray(path.read_bytes())
        at = (
            data.draw(st.integers(0, 999)) * len(content) // 1000
        )  # sizes differ a little from build to build
        content[at] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(content)
        outcomes = bench.run()
        assert products(bench) == before
        assert len(bench.ran) <= 1
        if path.name not in (MANIFEST, "last.json"):
            assert [o.remarks for o in outcomes.values() if o.state == "ran"] == [
                (
                    (
                        f"{path} is not what was stored: its digest differs from the one in"
                        f" {MANIFEST}; it is not used"
                    ),
                )
            ]
