"""Made-up English for large libraries: words as frequent as Zipf's law has them, and papers that keep to a subject.

The word of rank r is r times rarer than the first. Words are syllables with English endings, so that a stemmer has
work. A sixth of a paper's words are those of its subject, for real papers repeat what they are about, and people look
for words that belong together.
"""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random

WORDS, SUBJECTS, OF_A_SUBJECT = 250_000, 300, 60
TITLE, ABSTRACT, KEYWORDS = 10, 180, 5  # words, on average
OWN = 6  # one word in so many is the subject's

_ONSETS, _VOWELS, _CODAS, _ENDINGS = (
    several.split()
    for several in (
        "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh st t tr v w z",
        "a e i o u a e i o ea ou",
        "b ck d f g l ll m n n nd nt p r r rt s st t x",
        "s s ed ing er ation ations ly ness ment able ity ize ized izing al",
    )
)


class Zipf:
    """A vocabulary, and the text that is made of it; the same for the same seed."""

    def __init__(self, words: int = WORDS, seed: int = 1) -> None:
        random = Random(seed)
        self.words = vocabulary(words, random)
        self._sums = list(accumulate(1 / rank for rank in range(1, words + 1)))
        # Subjects speak of what is neither everywhere nor hardly anywhere; some have far more papers than others.
        low, high = words // 2_500, words // 8
        self._subjects = [
            [self.words[int(low * (high / low) ** random.random())] for _ in range(OF_A_SUBJECT)]
            for _ in range(SUBJECTS)
        ]
        self._popular = list(accumulate(1 / place for place in range(1, SUBJECTS + 1)))

    def text(self, random: Random) -> tuple[str, str, tuple[str, ...]]:
        """(title, abstract, keywords) of one paper."""
        own = self._subjects[bisect(self._popular, random.random() * self._popular[-1])]
        title = self._run(random, random.randint(TITLE - 4, TITLE + 4), own)
        abstract = self._run(random, random.randint(ABSTRACT // 2, ABSTRACT * 3 // 2), own)
        sentences = [" ".join(abstract[at : at + 20]).capitalize() for at in range(0, len(abstract), 20)]
        keywords = [" ".join(random.choices(own, k=2)) for _ in range(KEYWORDS)]
        return " ".join(title).capitalize(), ". ".join(sentences) + ".", tuple(keywords)

    def _run(self, random: Random, many: int, own: list[str]) -> list[str]:
        top, sums, words, draw = self._sums[-1], self._sums, self.words, random.random
        share = top / (OWN - 1)  # what lies beyond all words is the subject's
        found = []
        for _ in range(many):
            place = draw() * (top + share)
            found.append(words[bisect(sums, place)] if place < top else own[int(draw() * OF_A_SUBJECT)])
        return found


def vocabulary(many: int, random: Random) -> list[str]:
    """So many different words, the most frequent first: those are short, and the others are longer or inflected."""
    found: dict[str, None] = {}
    roots: list[str] = []
    while len(found) < many:
        if len(roots) >= 100 and random.random() < 0.5:  # inflections of the first words would be one stem, everywhere
            word = random.choice(roots) + random.choice(_ENDINGS)
        else:
            syllables = 1 if len(found) < 400 else random.choice((1, 2, 2, 3)) if len(found) < 40_000 else 3
            word = "".join(random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(syllables))
            word += random.choice(_CODAS)
            roots.append(word)
        found[word] = None
    return list(found)
