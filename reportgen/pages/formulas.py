"""Formulas and papers by key: the only digits that a template may bring."""

from functools import cache

from latex2mathml.converter import convert
from markupsafe import Markup

from reportgen.errors import TemplateError, nearest
from reportgen.pages.escape import safe

FORMULAS = {
    "i": r"i",
    "j": r"j",
    "embedding": r"x_i = W_E[t_i] + W_{pos}[i]",
    "query": r"q_i = x_i W_Q",
    "key": r"k_j = x_j W_K",
    "value": r"v_j = x_j W_V",
    "score": r"s_{ij} = \frac{q_i \cdot k_j}{\sqrt{d_{head}}}",
    "pattern": r"A_{ij} = \frac{e^{s_{ij}}}{\sum_{m \le i} e^{s_{im}}}",
    "attention": r"z_i = \sum_{j \le i} A_{ij} v_j",
    "resid_mid": r"y_i = x_i + z_i",
    "resid_mid_alone": r"y_i = z_i",
    "projected": r"o_i = \sum_h z_i^h W_O^h",
    "side_by_side": r"o_i = (z_i^1, z_i^2, \dots)",
    "resid_mid_heads": r"y_i = x_i + o_i",
    "resid_mid_heads_alone": r"y_i = o_i",
    "mlp_alone": r"r_i = \operatorname{ReLU}(y_i W_{in} + b_{in}) W_{out} + b_{out}",
    "mlp": r"r_i = y_i + \operatorname{ReLU}(y_i W_{in} + b_{in}) W_{out} + b_{out}",
    "logits": r"\ell_i = r_i W_U + b_U",
    "softmax": r"P(t) = \frac{e^{\ell_t}}{\sum_u e^{\ell_u}}",
    "no_layers": (
        r"P(t_{i+1}) = \frac{e^{\ell_{t_{i+1}}}}{\sum_u e^{\ell_u}}, \quad \ell = W_E[t_i] W_U"
        r" + b_U"
    ),
    "qk_table": r"W_E W_Q W_K^T W_E^T / \sqrt{d_{head}}",
    "copied": r"W_E W_V W_O W_U",
    "copying": r"\frac{\sum_i \operatorname{Re} \lambda_i}{\sum_i |\lambda_i|}",
    "added_up": (
        r"\ell_i = W_E[t_i] W_U + b_U + \sum_h \sum_{j \le i} A_{ij}^h W_E[t_j] W_V^h W_O^h W_U"
    ),
    "arrives": r"\| A_{ij} f(x_j) \|, \quad f(x) = x W_V W_O",
    "mixed": (
        r"\frac{\| \sum_{j \ne i} A_{ij} f(x_j) \|}{\| \sum_{j \ne i} A_{ij} f(x_j) \| + \| A_{ii}"
        r" f(x_i) + x_i \|}"
    ),
    "shared_out": r"a_{ij} = p_{ij} \int_0^1 g(b_i + \alpha \sum_k p_{ik}) \, d\alpha",
    "p_ij": r"p_{ij}",
    "b_i": r"b_i",
    "g": r"g",
    "loss": r"-\frac{1}{N} \sum_i \log P(t_{i+1})",
    "repeat_ends": r"r = \frac{1}{b - n + 1}",
    "repeat_floor": r"h(r) + (1 - r) \log(V - n)",
    "n": r"n",
    "b": r"b",
    "V": r"V",
    "h": r"h",
    "composition": r"\frac{\| W_{OV}^a W_{QK}^b \|}{\| W_{OV}^a \| \| W_{QK}^b \|}",
    "second_ov": r"W_{OV}^b",
    "clock": r"\ell_c = \sum_k \alpha_k \cos \frac{2 \pi k (r - c)}{p}",
    "difference": r"d",
    "denoising": r"\frac{d_{patched} - d_{corrupt}}{d_{clean} - d_{corrupt}}",
    "noising": r"\frac{d_{clean} - d_{patched}}{d_{clean} - d_{corrupt}}",
    "cell": r"(w_t - w_u) \cdot r + b_t - b_u > 0",
}

PAPERS = {
    "moldwin2026": (
        "Moldwin, Mahajne and Segev, Fully Interpretable Minimal Transformers: From Geometry to"
        " Algorithm (2026)"
    ),
    "elhage2021": "Elhage and others, A Mathematical Framework for Transformer Circuits (2021)",
    "olsson2022": "Olsson and others, In-context Learning and Induction Heads (2022)",
    "belrose2023": (
        "Belrose and others, Eliciting Latent Predictions from Transformers with the Tuned Lens"
        " (2023)"
    ),
    "kobayashi2020": (
        "Kobayashi and others, Attention is Not Only a Weight: Analyzing Transformers with Vector"
        " Norms (2020)"
    ),
    "kobayashi2021": (
        "Kobayashi and others, Incorporating Residual and Normalization Layers into Analysis of"
        " Masked Language Models (2021)"
    ),
    "kobayashi2024": (
        "Kobayashi and others, Analyzing Feed-Forward Blocks in Transformers through the Lens of"
        " Attention Maps (2024)"
    ),
    "nanda2023": (
        "Nanda and others, Progress Measures for Grokking via Mechanistic Interpretability (2023)"
    ),
    "sundararajan2017": "Sundararajan and others, Axiomatic Attribution for Deep Networks (2017)",
    "vandermaaten2008": "van der Maaten and Hinton, Visualizing Data using t-SNE (2008)",
    "wilson1927": (
        "Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927)"
    ),
}


@cache
def math(key: str, block: bool = False) -> Markup:
    """MathML of a formula of the table; TemplateError for an unknown key.

    The converter prints what it does not know, so a backslash or a bare ampersand that survives is
    an error too.
    """
    if key not in FORMULAS:
        raise TemplateError(
            f"no formula is called {key!r}{nearest(key, FORMULAS)}; known: {', '.join(FORMULAS)}"
        )
    out = convert(FORMULAS[key], display="block" if block else "inline")
    if "\\" in out or "<mi>&</mi>" in out:
        raise TemplateError(f"formula {key!r} is not understood: {FORMULAS[key]}")
    return Markup(f'<div class="rg-math">{out}</div>' if block else out)


def cite(key: str) -> Markup:
    """A paper of the table, as a page names it; TemplateError for an unknown key."""
    if key not in PAPERS:
        raise TemplateError(
            f"no paper is called {key!r}{nearest(key, PAPERS)}; known: {', '.join(PAPERS)}"
        )
    return safe(PAPERS[key])
