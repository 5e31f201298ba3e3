"""What neighbours in a drawing share is written once, and changes nothing of what is seen."""

from reportgen.drawing.vector_groups import grouped

CELLS = {"clip-path": "url(#c0)", "stroke": "#ffffff"}


def test_cells_share_all_but_their_colour() -> None:
    drawn = [
        (CELLS | {"fill": "#000001"}, '<path d="M0 0"/>'),
        (CELLS | {"fill": "#000001"}, '<path d="M1 0"/>'),
        (CELLS | {"fill": "#000002"}, '<path d="M2 0"/>'),
        ({"fill": "#000002"}, '<path d="M3 0"/>'),
        ({}, '<path d="M4 0"/>'),
    ]
    assert list(grouped(drawn)) == [
        '<g clip-path="url(#c0)">',
        '<g stroke="#ffffff" fill="#000001">',
        '<path d="M0 0"/>',
        '<path d="M1 0"/>',
        "</g>",
        '<path stroke="#ffffff" fill="#000002" d="M2 0"/>',
        "</g>",
        '<path fill="#000002" d="M3 0"/>',
        '<path d="M4 0"/>',
    ]


def test_a_clip_stays_where_it_is_when_one_element_is_moved_or_turned() -> None:
    """On the element itself its place would be added to that of the clip."""
    for element in ('<use href="#s0" x="5" y="5"/>', '<text transform="rotate(90 5 5)">a</text>'):
        lines = list(grouped([(CELLS, element)]))
        assert lines[1] == element
        assert lines[0].startswith("<g ")
        assert "clip-path" in lines[0]
