"""What a template may say, what it is told when it says more, and how text from data reaches a
page.
"""

import copy
import re
from pathlib import Path
from typing import Any

import markdown
import pytest
from pagework import outline, pages, pictures, stored

from reportgen.errors import TemplateError
from reportgen.pages.escape import prose, safe
from reportgen.pages.formulas import FORMULAS, math

WORDS = (
    '{% holds %}\nYes: {{ fact("visible_error") }}.\n{% partly %}\nHalf: {{ fact("visible_error")'
    ' }}.\n{% fails %}\nNo: {{ fact("visible_error") }}.\n'
)
CLAIM = "{% claim learns_rule %}\n" + WORDS + "{% endclaim %}\n"


def page(tmp_path: Path, text: str) -> str:
    return pages(tmp_path, stored("learnt"), own=text).render("own.md.j2", "index.md")


def told(tmp_path: Path, text: str) -> str:
    """The message a template is refused with, its path cut to its name."""
    with pytest.raises(TemplateError) as error:
        page(tmp_path, text)
    return str(error.value).replace(f"{tmp_path / 'templates'}/", "")


# claims


def test_the_verdict_picks_the_words(tmp_path: Path) -> None:
    facts = copy.deepcopy(stored("learnt"))
    for verdict, word in (("holds", "Yes"), ("partly", "Half"), ("fails", "No")):
        facts["claims"]["learns_rule"]["verdict"] = verdict
        text = pages(tmp_path, facts, own=CLAIM).render("own.md.j2", "index.md")
        assert [w for w in ("Yes", "Half", "No") if f"{w}: " in text] == [word]
        assert f'data-verdict="{verdict}"' in text
        assert "[^learns_rule]: " in text


def test_missing_words_are_told(tmp_path: Path) -> None:
    text = CLAIM.replace('{% partly %}\nHalf: {{ fact("visible_error") }}.\n', "")
    assert (
        told(tmp_path, "\n\n" + text)
        == "own.md.j2:3: claim 'learns_rule' has no words for: partly; write a sentence for each of"
        " holds, partly, fails"
    )


def test_empty_words_are_told(tmp_path: Path) -> None:
    text = CLAIM.replace('Half: {{ fact("visible_error") }}.', " ")
    assert (
        told(tmp_path, text)
        == "own.md.j2:1: claim 'learns_rule' has no words for: partly; write a sentence for each of"
        " holds, partly, fails"
    )


def test_repeated_words_are_told(tmp_path: Path) -> None:
    text = CLAIM.replace("{% partly %}", "{% holds %}")
    assert told(tmp_path, text) == "own.md.j2:4: claim 'learns_rule' has words for 'holds' twice"


def test_words_before_the_first_verdict_are_told(tmp_path: Path) -> None:
    text = CLAIM.replace("{% holds %}", "It works.\n{% holds %}")
    assert (
        told(tmp_path, text)
        == "own.md.j2:2: text before the first verdict of claim 'learns_rule'; it would stand there"
        " whatever the verdict"
    )


def test_words_without_a_fact_of_the_claim_are_told(tmp_path: Path) -> None:
    text = CLAIM.replace('Half: {{ fact("visible_error") }}.', 'Half: {{ fact("owners") }}.')
    assert (
        told(tmp_path, text)
        == "own.md.j2:1: claim 'learns_rule': the words for 'partly' name none of its facts; use"
        " one of: visible_error"
    )


def test_an_unknown_claim_is_told_with_the_nearest(tmp_path: Path) -> None:
    message = told(tmp_path, CLAIM.replace("learns_rule", "learn_rule"))
    assert message.startswith(
        "own.md.j2:1: no claim is called 'learn_rule' (did you mean 'learns_rule'"
    )


def test_what_would_change_our_mind_takes_the_same_words(tmp_path: Path) -> None:
    text = "{% mind learns_rule %}{% holds %}a{% partly %}b{% endmind %}"
    assert (
        told(tmp_path, text)
        == "own.md.j2:1: mind 'learns_rule' has no words for: fails; write a sentence for each of"
        " holds, partly, fails"
    )


def undecided(**more: Any) -> dict[str, Any]:
    """The facts of a run whose claim on the rule they do not decide."""
    facts = copy.deepcopy(stored("learnt"))
    crossed = dict(fact="visible_error", what="“Rule error”", text="6.0 %", interval="4 % to 8 %")
    facts["claims"]["learns_rule"] |= dict(
        verdict="undecided", crossed=[crossed | dict(n=173, of="positions, in view")]
    )
    facts["claims"]["learns_rule"] |= more
    return facts


def test_a_footnote_names_the_case_that_decides(tmp_path: Path) -> None:
    facts = copy.deepcopy(stored("learnt"))
    case = dict(fact="visible_error", what="“Rule error”, answer 4", text="6.0 %", of="positions")
    facts["claims"]["learns_rule"]["decisive"] = [
        case | dict(interval="4 % to 8 %", n=1173),
        case | dict(interval="", n=20),
    ]
    text = pages(tmp_path, facts, own=CLAIM).render("own.md.j2", "index.md")
    note = next(line for line in text.splitlines() if line.startswith("[^learns_rule]: "))
    note = note.replace("&nbsp;", " ")
    first, second = "6.0 % (4 % to 8 %, n = 1\u202f173)", "6.0 % (exhaustive, n = 20)"
    what = "“Rule error”, answer 4"
    assert f" Decided by {what}: {first}; {what}: {second}. Holds if " in note


def test_what_is_undecided_is_said_from_the_statement(tmp_path: Path) -> None:
    """The number of cases, the statement and the interval; never more is left open than is."""
    text = pages(tmp_path, undecided(), own=CLAIM).render("own.md.j2", "index.md")
    assert (
        "The 173 positions, in view, do not decide whether the network obeys the rule where the"
        " answer is in view." in text
    )
    assert (
        "[“Rule error”](ledger.md#fact-visible_error): 6.0 %; its interval (4 % to 8 %)"
        " contains the threshold." in text
    )
    assert "<q>The network obeys the rule where the answer is in view</q>" in text
    assert "The criterion for “partly” is met" not in text
    text = pages(tmp_path, undecided(crossed=[]), own=CLAIM).render("own.md.j2", "index.md")
    assert ": 0.5 % (0.2 % to 0.9 %)." in text.replace(
        "\u00a0", " "
    )  # of no single fact it is the interval that crosses
    text = pages(tmp_path, undecided(shown=True), own=CLAIM).render("own.md.j2", "index.md")
    assert "do not decide whether “The network obeys the rule where the answer is" in text
    assert "in view” holds fully; in part it does." in text
    assert "The criterion for “partly” is met: the whole interval of " in text
    text = pages(tmp_path, undecided(ruled_out=True), own=CLAIM).render("own.md.j2", "index.md")
    assert "in view” holds in part; that it holds fully is ruled out." in text


def test_all_that_is_open_is_counted(tmp_path: Path) -> None:
    """Two facts of other cases are two counts; the same cases are counted once."""
    facts = undecided()
    first = facts["claims"]["learns_rule"]["crossed"][0]
    for more, words in (
        ([first], "The 173 positions, in view, do"),
        ([first | dict(n=24, of="answers")], "The 173 positions, in view and the 24 answers do"),
        ([first | dict(n=1, of="answers")], "The 173 positions, in view and the 1 answer do"),
    ):
        facts["claims"]["learns_rule"]["crossed"] = [first, *more]
        text = pages(tmp_path, facts, own=CLAIM).render("own.md.j2", "index.md")
        assert f"{words} not decide whether" in text
    facts["claims"]["learns_rule"]["crossed"] = [first | dict(n=1)]
    text = pages(tmp_path, facts, own=CLAIM).render("own.md.j2", "index.md")
    assert "A single case does not decide whether" in text


def test_a_template_may_have_words_of_its_own_for_what_is_undecided(tmp_path: Path) -> None:
    own = CLAIM.replace(
        "{% fails %}", '{% undecided %}\nOpen: {{ fact("visible_error") }}.\n{% fails %}'
    )
    text = pages(tmp_path, undecided(), own=own).render("own.md.j2", "index.md")
    assert "Open: " in text
    assert "do not decide" not in text
    assert told(tmp_path, own.replace('Open: {{ fact("visible_error") }}.', "Open.")).endswith(
        "the words for 'undecided' name none of its facts; use one of: visible_error"
    )


def test_a_claim_that_was_not_asked_says_why_and_has_no_words(tmp_path: Path) -> None:
    facts = copy.deepcopy(stored("learnt"))
    facts["claims"]["learns_rule"] |= dict(verdict="not asked", why="not there in this text")
    text = pages(tmp_path, facts, own=CLAIM).render("own.md.j2", "index.md")
    assert "Not decided here: “The network obeys the rule where the answer is in view”." in text
    assert "The number that it rests on is not there in this text." in text
    assert "data-verdict" not in text


def test_a_claim_without_a_middle_band_has_no_words_for_one(tmp_path: Path) -> None:
    """Of a gain that is above nothing or is not, no half is said."""
    text = CLAIM.replace("learns_rule", "looks_back").replace("visible_error", "gain_over_bigram")
    assert (
        told(tmp_path, text)
        == "own.md.j2:1: claim 'looks_back' has words for 'partly', which it never is: it has no"
        " middle band"
    )


# numerals


@pytest.mark.parametrize(
    ("text", "numeral"),
    [
        ("It has 12 tokens.", "12"),
        ("It has `12` tokens.", "12"),
        ("An error of 1.5%.", "1.5%"),
        ("There are twelve tokens.", "twelve"),
        ("Three questions.", "Three"),
        ("A ¾ majority.", "¾"),
        ('{{ "12 tokens" }}', "12"),
        ("{{ 12 }}", "12"),
        ('{% set n = "seven" %}', "seven"),
        ("{% set n = 7 %}", "7"),
        ('{{ config.n_ctx or "eight" }}', "eight"),
        ('{{ ["1", "2"] | join(", ") }}', "1"),
        ("{% if step %}at 100{% endif %}", "100"),
        ("| places | 8 |", "8"),
    ],
)
def test_a_typed_numeral_is_refused(tmp_path: Path, text: str, numeral: str) -> None:
    message = told(tmp_path, "\n" + text).splitlines()[0]
    assert (
        message
        == f"own.md.j2:2: typed numeral {numeral!r}: name a fact or a size of the configuration"
        " instead, or use math() or cite()"
    )


@pytest.mark.parametrize(
    "text",
    [
        "It has {{ config.vocabulary }} tokens, half of them, two or one.",
        '<svg viewBox="0 0 8 8"></svg>',
        "[the words](glossary.md#step-3)",
        '{{ math("resid_mid") }}',
        '{{ see("learning-curve") }}',
        "{% for d in demonstrations[:2] %}{{ loop.index0 + 1 }}{% endfor %}",
        "{% if step == 100 %}yes{% endif %}",
        "{# 12 of these #}",
    ],
)
def test_sizes_formulas_and_marks_are_no_typed_numerals(tmp_path: Path, text: str) -> None:
    assert page(tmp_path, text)


# behaviour


@pytest.mark.parametrize(
    "text",
    [
        "The head attends to the answer.",
        "Is it good? It learns.",
        "**It found** the line.",
        "{% if step %}It knows.{% endif %}",
    ],
)
def test_behaviour_outside_a_claim_is_refused(tmp_path: Path, text: str) -> None:
    message = told(tmp_path, "\n" + text)
    assert message.startswith("own.md.j2:2: '")
    assert message.endswith(
        "says what the network does, outside a claim: use {% claim %}, or end the line with {# by"
        " construction: why #}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Which token moves first?",
        "A query moves nothing. {# by construction: queries are read, not added #}",
        CLAIM.replace("Yes", "It learns, it knows"),
        '[a page](what-it-knows.md) <b title="it learns">so</b>',
    ],
)
def test_questions_claims_and_constructions_may_speak_of_behaviour(
    tmp_path: Path, text: str
) -> None:
    assert page(tmp_path, text)


# names


def test_unknown_names_are_told_with_the_nearest(tmp_path: Path) -> None:
    """In words for a verdict that this run does not have, too."""
    text = (
        'A\n{{ fact("visible_eror") }}\n'
        + CLAIM.replace("No: ", '{{ figure("learning-curv") }} ')
        + '{{ detail("ownrs", "tokens_text") }}\n'
    )
    assert told(tmp_path, text).splitlines() == [
        (
            "own.md.j2:2: no fact is called 'visible_eror' (did you mean 'visible_error' or"
            " 'sampled_error' or 'seeds_error'?); `reportgen show plus_last_even` lists them"
        ),
        (
            "own.md.j2:9: the outline 'two_dimensional' has no figure 'learning-curv' (did you mean"
            " 'learning-curve'?); give it a line there"
        ),
        (
            "own.md.j2:11: no fact is called 'ownrs' (did you mean 'owners'?); `reportgen show"
            " plus_last_even` lists them"
        ),
    ]


def test_an_unknown_formula_a_paper_and_a_size_are_told_with_their_line(tmp_path: Path) -> None:
    assert told(tmp_path, '\n{{ math("skore") }}').startswith(
        "own.md.j2:2: no formula is called 'skore' (did you mean 'score'?); known: "
    )
    assert told(tmp_path, '{{ cite("wilson") }}').startswith(
        "own.md.j2:1: no paper is called 'wilson' (did you mean 'wilson1927'?); known: "
    )
    assert (
        told(tmp_path, "\n\n{{ config.n_contexts }}")
        == "own.md.j2:3: 'dict object' has no attribute 'n_contexts'"
    )


def test_a_detail_that_a_fact_has_not_is_told(tmp_path: Path) -> None:
    assert (
        told(tmp_path, '{{ detail("far_error", "step") }}')
        == "own.md.j2:1: fact 'far_error' has no detail 'step' (did you mean 'steps'?); it has:"
        " steps, worst, worst_text, worst_n_text"
    )


def test_an_expression_in_backticks_is_refused(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "The token `{{ rule.trigger }}`.")
        == "own.md.j2:1: an expression within backticks: write {{ x | code }}"
    )


def test_a_broken_template_is_told_with_its_line(tmp_path: Path) -> None:
    assert told(tmp_path, "\n{% if step %}").startswith("own.md.j2:2: Unexpected end of template.")
    with pytest.raises(TemplateError, match=r"^gone.md.j2: no template gone.md.j2; looked in "):
        pages(tmp_path, stored("learnt")).render("gone.md.j2", "index.md")


def test_every_formula_is_understood() -> None:
    for key in FORMULAS:
        assert "<math" in math(key)


# text from data


HOSTILE = '<b onload="x()">|`*_[a](b){: #c }\\|\n\n# no heading & "quotes" {{ 7 }}'


def test_text_from_data_is_shown_and_never_obeyed() -> None:
    """In prose, in a table, as alt text and in an attribute, Markdown and HTML see characters
    only.
    """
    text = (
        f"Says {safe(HOSTILE)} so.\n\n| a | b |\n|---|---|\n| {safe(HOSTILE)} | c"
        f' |\n\n![{safe(HOSTILE)}](x.png)\n\n<p title="{safe(HOSTILE)}">end</p>\n'
    )
    html = markdown.markdown(text, extensions=["tables", "attr_list", "md_in_html", "footnotes"])
    assert "<b" not in html
    assert "<h1" not in html
    assert html.count("<td>") == 2
    assert 'src="x.png"' in html
    assert 'id="c"' not in html


@pytest.mark.parametrize("text", ["+", "# one", "- two", "= three", "~~~"])
def test_a_token_that_would_begin_a_block_does_not(text: str) -> None:
    assert markdown.markdown(str(safe(text))).startswith("<p>")


def test_backticks_in_sentences_from_data_set_code_and_nothing_else() -> None:
    assert (
        prose("After `+`, *write* ``a|b``.")
        == "After <code>&#43;</code>, &#42;write&#42; <code>a&#124;b</code>."
    )


def test_hostile_captions_and_tokens_stay_text_on_a_page(tmp_path: Path) -> None:
    about, _ = pictures(outline(), tmp_path / "pictures")
    about["learning-curve"] |= dict(title=HOSTILE, caption=HOSTILE, alt=HOSTILE)
    measured = copy.deepcopy(stored("learnt"))
    measured["demonstrations"][0]["tokens"][:2] = ["<b>", "|"]
    measured["facts"]["visible_error"] |= dict(label=HOSTILE, meaning=HOSTILE, of=HOSTILE)
    text = pages(
        tmp_path,
        measured,
        about=about,
        own='{{ figure("learning-curve") }}\n{{ strip(0, "x") }}\n{{ fact("visible_error") }}',
    ).render("own.md.j2", "index.md")
    html = markdown.markdown(text, extensions=["tables", "attr_list", "md_in_html", "footnotes"])
    assert "<b " not in html
    assert "<b></b>" not in html
    assert '<li data-mark="free">&#60;b&#62;' in html
    assert html.count("<h1") == 0


def test_arcs_of_a_strip_nest_by_how_far_they_reach_and_the_strip_can_be_reached_by_keyboard(
    tmp_path: Path,
) -> None:
    """The widest arc is the highest; a row that scrolls has a name and a place among what the
    keyboard visits.
    """
    measured = copy.deepcopy(stored("learnt"))
    measured["demonstrations"][0] |= dict(
        tokens=["a", "b", "c"], marks=["free"] * 3, sources=[None, 1, 0]
    )
    text = pages(tmp_path, measured, own='{{ strip(0, "Two arcs.") }}').render(
        "own.md.j2", "index.md"
    )
    (first, low), (second, high) = re.findall(r'<path d="M([\d.]+) 2C[\d.]+ ([\d.]+) ', text)
    assert (first, second) == ("1.5", "0.5")
    assert float(high) == 0 < float(low)
    assert 'role="group" aria-label="Two arcs." tabindex="0"' in text


# pictures


def test_a_still_that_is_drawn_for_phones_too_has_both_drawings_on_its_page(tmp_path: Path) -> None:
    about, _ = pictures(outline(), tmp_path / "pictures")
    about["learning-curve"]["narrow"] = {"width": 360, "height": 900}
    own = '{{ figure("learning-curve") }}'
    page = pages(tmp_path, stored("learnt"), about=about, own=own)
    text = page.render("own.md.j2", "walkthrough/x.md")
    base = "![learning-curve, in words.](../figures/learning-curve"
    assert f"{base}.svg){{ .rg-page loading=lazy width=760 height=500 }}" in text
    phone = "{ .rg-phone loading=lazy width=360 height=900 }"
    assert f"{base}-narrow.svg){phone}" in text


def test_a_still_whose_marks_have_values_links_to_them(tmp_path: Path) -> None:
    about, _ = pictures(outline(), tmp_path / "pictures")
    own = '{{ figure("learning-curve") }}{{ figure("attention-by-lag") }}'
    about["learning-curve"]["marks"] = True
    page = pages(tmp_path, stored("learnt"), about=about, own=own)
    text = page.render("own.md.j2", "walkthrough/x.md")
    link = "[values, JSON](../figures/learning-curve-marks.json){ download .rg-marks }</span>"
    assert f"[numbers, NPZ](../figures/learning-curve.npz){{ download }} {link}" in text
    assert text.count("values, JSON") == 1


def test_a_still_and_a_film_on_a_page(tmp_path: Path) -> None:
    about, _ = pictures(outline(), tmp_path / "pictures")
    text = pages(
        tmp_path,
        stored("learnt"),
        about=about,
        own='{{ figure("learning-curve") }}{{ film("output-dynamics") }}',
    ).render("own.md.j2", "walkthrough/x.md")
    assert (
        "![learning-curve, in words.](../figures/learning-curve.svg){ loading=lazy"
        " width=760 height=500 }" in text
    )
    assert (
        "[![output-dynamics, in words.](../films/output-dynamics-poster.png){ loading=lazy"
        " width=760 height=500 }](../films/output-dynamics.mp4){ .film }" in text
    )
    assert "[GIF](../films/output-dynamics.gif){ download }" in text


def test_a_picture_that_is_not_there_leaves_a_note(tmp_path: Path) -> None:
    text = '{{ figure("learning-curve") }}{{ film("output-dynamics") }}'
    final = pages(tmp_path, stored("learnt"), own=text).render("own.md.j2", "index.md")
    assert final.count("could not be built") == 2
    early = pages(tmp_path, stored("learnt"), step=100, own=text).render("own.md.j2", "index.md")
    assert early.count("could not be built") == 1
    assert "(<code>output-dynamics</code>), spans the whole training" in early


def test_at_a_checkpoint_what_needs_the_whole_training_says_so(tmp_path: Path) -> None:
    measured = copy.deepcopy(stored("learnt"))
    for name in ("onset_rule", "onset_attention"):
        del measured["facts"][name]
    del measured["claims"]["attention_first"]
    words = WORDS.replace("visible_error", "onset_rule")
    text = "{% claim attention_first %}" + words + '{% endclaim %}\n{{ fact("onset_rule") }}'
    early = pages(tmp_path, measured, step=100, own=text).render("own.md.j2", "index.md")
    assert (
        "One checkpoint cannot decide this: “The network learns where to look before it learns what"
        " to say”" in early
    )
    assert "not measured at one checkpoint" in early
    with pytest.raises(TemplateError, match="no claim is called 'attention_first' in this report"):
        pages(tmp_path, measured, own=text).render("own.md.j2", "index.md")


def test_a_claim_about_what_is_not_defined_says_so(tmp_path: Path) -> None:
    """No verdict's words, when the fact that a claim rests on had nothing to be measured on."""
    measured = copy.deepcopy(stored("learnt"))
    measured["facts"]["visible_error"] |= dict(
        value=None, n=0, words="not defined: nothing is asked", text="not defined: nothing is asked"
    )
    text = pages(tmp_path, measured, own=CLAIM).render("own.md.j2", "index.md")
    assert (
        "“The network obeys the rule where the answer is in view”. The number that it rests on is"
        " not defined: nothing is asked." in text
    )
    assert not [word for word in ("Yes: ", "Half: ", "No: ") if word in text]


def test_a_chapter_ends_with_what_it_has_not_shown_and_with_the_ways_on(tmp_path: Path) -> None:
    about, _ = pictures(outline(), tmp_path / "pictures")
    chapter = outline().chapters[2]
    made = pages(
        tmp_path,
        stored("learnt"),
        about=about,
        own='{{ figure("training-data") }}{% call onward(chapter) %}On.{% endcall %}',
    )
    text = made.render(
        "own.md.j2",
        "walkthrough/03-the-data.md",
        chapter=dict(slug=chapter.slug, entries=chapter.entries),
    )
    assert (
        text.index('id="fig-training-data"')
        < text.index('id="fig-generated-sequences"')
        < text.index("On. **[Where does a token start?](04-embeddings.md)**")
    )
    assert text.count('id="fig-training-data"') == 1
    assert "← [Does it learn?](02-does-it-learn.md) · [all questions](index.md)" in text


def test_sequences_of_figures_and_strips_are_opened_in_the_playground(tmp_path: Path) -> None:
    """One click each, by the ids of their tokens; a report without a playground has no links."""
    about, _ = pictures(outline(), tmp_path)
    for file, shown in (
        ("qk-attention-1", [[4, 11]]),
        ("learning-curve", [[4, 11], [0, 1, 11]]),
        ("qk-attention-dynamics", [[2, 11]]),
    ):
        about[file]["sequences"] = shown
    own = "\n".join(
        f'{{{{ figure("{slug}") }}}}'
        for slug in ("qk-attention-1", "learning-curve", "qk-attention-dynamics", "qk-space")
    )
    own += '\n{{ play(demonstrations[0].ids) }}\n{{ strip(0, "A strip.") }}'
    link = re.compile(r'\[([^]]*)]\(playground\.md\)\{ \.rg-open data-ids="([\d.]*)" }')
    show = lambda live: pages(tmp_path, stored("learnt"), about=about, live=live, own=own).render(
        "own.md.j2", "index.md"
    )
    one, first = "open in the playground", "open sequence 1 in the playground"
    strip = ".".join(map(str, stored("learnt")["demonstrations"][0]["ids"]))
    assert link.findall(show(True)) == [
        (one, "4.11"),
        (first, "4.11"),
        ("sequence 2", "0.1.11"),
        (one, "2.11"),
        (one, strip),
        (one, strip),
    ]
    assert "playground" not in show(False)
