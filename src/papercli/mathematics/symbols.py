"""What the commands of TeX mean, as Unicode: letters, signs, names of functions, styles of letters, raised and lowered
characters (LaTeX's own commands, amssymb's and those of amsmath; unicode-math's table for which character it is)."""

from __future__ import annotations


def _pairs(words: str) -> dict[str, str]:
    each = words.split()
    return dict(zip(each[::2], each[1::2], strict=True))


GREEK = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ
    omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    """)

ORDINARY = _pairs("""
    infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ imath ı jmath ȷ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ forall ∀ exists ∃ nexists ∄
    emptyset ∅ varnothing ∅ neg ¬ lnot ¬ angle ∠ triangle △ square □ Box □ blacksquare ■ Diamond ◇ lozenge ◊ bot ⊥
    top ⊤ prime ′ dagger † dag † ddagger ‡ ddag ‡ S § P ¶ copyright © circledR ® checkmark ✓ cmark ✓ xmark ✗ degree °
    deg ° clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ sharp ♯ flat ♭ natural ♮ dots … ldots … cdots ⋯ vdots ⋮
    ddots ⋱ dotsc … dotsb ⋯ sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigsqcup ⨆ bigvee ⋁
    bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ complement ∁ eth ð mho ℧ surd √ backslash \\ textmu µ textdegree °
    textregistered ® texttrademark ™ textcopyright © textonehalf ½ texteuro € pounds £ yen ¥ bigstar ★ blacktriangle ▲
    triangledown ▽ blacktriangledown ▼ Finv Ⅎ hslash ℏ digamma ϝ
    """)

RELATIONS = _pairs("""
    leq ≤ le ≤ geq ≥ ge ≥ leqslant ⩽ geqslant ⩾ ll ≪ gg ≫ lll ⋘ ggg ⋙ lt < gt > neq ≠ ne ≠ approx ≈ sim ∼ simeq ≃
    cong ≅ equiv ≡ propto ∝ varpropto ∝ asymp ≍ doteq ≐ triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon ≕ prec ≺ succ ≻
    preceq ⪯ succeq ⪰ preccurlyeq ≼ succcurlyeq ≽ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ in ∈ ni ∋ notin ∉
    subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈ sqsubset ⊏ sqsubseteq ⊑ sqsupseteq ⊒
    mid ∣ nmid ∤ parallel ∥ nparallel ∦ perp ⊥ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ Vdash ⊩ bowtie ⋈ smile ⌣ frown ⌢
    to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹
    impliedby ⟸ iff ⟺ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹ Longleftarrow ⟸
    Longleftrightarrow ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightharpoondown ⇁
    leftharpoonup ↼ leftharpoondown ↽ rightleftharpoons ⇌ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓
    nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ leadsto ⇝ rightsquigarrow ⇝ twoheadrightarrow ↠ rightrightarrows ⇉
    leftrightarrows ⇆ rightleftarrows ⇄ circlearrowleft ↺ circlearrowright ↻ vartriangleleft ⊲ vartriangleright ⊳
    trianglelefteq ⊴ trianglerighteq ⊵ ntriangleleft ⋪ colon : approxeq ≊ backsim ∽ therefore ∴ because ∵
    """)

BINARY = _pairs("""
    times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ pm ± mp ∓ cup ∪ cap ∩ uplus ⊎ sqcup ⊔ sqcap ⊓ vee ∨ lor ∨
    wedge ∧ land ∧ setminus ∖ smallsetminus ∖ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ wr ≀ amalg ⨿ rtimes ⋊
    ltimes ⋉ boxplus ⊞ boxtimes ⊠ boxdot ⊡ circledast ⊛ circledcirc ⊚ diamond ⋄ bigcirc ◯ triangleleft ◁
    triangleright ▷ dotplus ∔ intercal ⊺ bigtriangleup △ bigtriangledown ▽
    """)

OPENING = _pairs("langle ⟨ lceil ⌈ lfloor ⌊ lbrace { lbrack [ lparen ( llbracket ⟦ ulcorner ⌜")
CLOSING = _pairs("rangle ⟩ rceil ⌉ rfloor ⌋ rbrace } rbrack ] rparen ) rrbracket ⟧ urcorner ⌝")
BARS = _pairs("vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖")

FUNCTIONS = {name: name for name in """
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim ln log max min Pr sec sin sinh
    sup tan tanh
    """.split()} | {"limsup": "lim sup", "liminf": "lim inf", "argmax": "argmax", "argmin": "argmin",
                    "bmod": "mod"}  # fmt: skip

SYMBOLS = GREEK | ORDINARY | RELATIONS | BINARY | OPENING | CLOSING | BARS
"""Every command that stands for one character; of `\\deg` in mathematics the function comes first."""

SPACES = dict.fromkeys(
    ["quad", "qquad", "space", "enspace", "thinspace", "medspace", "thickspace", "enskip", ",", ":", ";", ">", " "], " "
)
SIGNS = {sign: sign for sign in "%&#$_"} | {"{": "{", "}": "}", "|": "‖"}

# Commands after which their argument is simply read on, and those that only change how things look.
READ_ON = frozenset(
    "text textbf textit texttt textrm textsf textsc textnormal textsl textup textmd emph mbox hbox underline uline"
    " ul".split()
)
"""Words: their argument is text."""
UPRIGHT = frozenset(
    "mathrm mathsf mathtt mathit mathnormal operatorname mathop mathrel mathbin mathord mathopen mathclose mathpunct"
    " mathinner ensuremath smash boxed fbox".split()
)
LOOKS = frozenset(
    "bf it rm tt sf sl em sc bfseries itshape ttfamily scshape upshape slshape sffamily rmfamily mdseries normalfont"
    " boldmath displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits left right middle big Big bigg Bigg"
    " bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm tiny scriptsize footnotesize small normalsize"
    " large Large LARGE huge Huge allowbreak nobreak relax mathstrut strut noindent ! / -".split()
)

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
    "widetilde": "\u0303", "vec": "\u20d7", "overrightarrow": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "dddot": "\u20db", "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300",
    "mathring": "\u030a",
}  # fmt: skip
NOT = "\u0338"

STYLES = {
    "mathbb": "bb", "mathds": "bb", "Bbb": "bb", "mathbbm": "bb", "mathcal": "cal", "mathscr": "cal", "cal": "cal",
    "mathfrak": "frak", "frak": "frak", "mathbf": "bf", "boldsymbol": "bf", "bm": "bf", "pmb": "bf", "mathbfit": "bf",
}  # fmt: skip
_FIRST = {"bb": (0x1D538, 0x1D552), "cal": (0x1D49C, 0x1D4B6), "frak": (0x1D504, 0x1D51E), "bf": (0x1D400, 0x1D41A)}
# Those that Unicode had before the rest came (Letterlike Symbols), for which the others leave a hole.
_BEFORE = {
    "bb": _pairs("C ℂ H ℍ N ℕ P ℙ Q ℚ R ℝ Z ℤ 1 𝟙"),
    "cal": _pairs("B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ e ℯ g ℊ o ℴ"),
    "frak": _pairs("C ℭ H ℌ I ℑ R ℜ Z ℨ"),
    "bf": {},
}

RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def styled(words: str, style: str) -> str:
    """The letters of `words` in a style, the rest as it is. Bold is one letter, a vector's or a matrix's name: a bold
    number or word is only emphasis, and stays."""
    if style == "bf" and len(words) != 1:
        return words
    return "".join(_BEFORE[style].get(letter) or _styled(letter, style) for letter in words)


def _styled(letter: str, style: str) -> str:
    upper, lower = _FIRST[style]
    if "A" <= letter <= "Z":
        return chr(upper + ord(letter) - ord("A"))
    return chr(lower + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter
