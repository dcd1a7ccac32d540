"""Say what a question asks: its language and form, its content words, its expansions, the kind of answer it wants.

    "co bao nhieu don vi duoc khen thuong o Can Tho"
        toneless, COUNT, content: don vi duoc khen thuong o can tho

It looks at nothing but the question and the tables; what is found for it is `retrieve.py`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from index.text import Token, canonical, fold, is_toneless, tokens_mapped
from index.types import Span
from qa.abbreviations import Abbreviations, Usage
from qa.answer_types import answer_type_of
from qa.other_names import Alias, OtherNames
from qa.synonyms import Said, Synonyms
from qa.translate import Translation, Translations
from qa.types import AnswerType, Expansion

__all__ = ["Analysis", "Lexicon", "analyse", "answer_type_of"]

# Words that make a question of a statement. They are dropped from the search for words: they stand in few passages,
# so BM25 would take them for telling (measured on the news dev set: R@10 of questions without marks .923 -> .927).
_QUESTION_WORDS = frozenset("bao nhiêu mấy ai gì nào đâu sao".split())
# Words that carry no content of their own; they count little in judging whether a sentence speaks of the question.
_FUNCTION_WORDS = frozenset(
    "là có được bị của và các những cho với trong tại ở vào đã đang sẽ thì mà này đó kia do bởi từ đến về ra lên như"
    " thế khi nếu nhưng hay hoặc cũng còn chỉ rất hơn theo trên dưới sau trước giữa bằng để không người việc một hãy"
    " biết hỏi vậy ạ nhé à ư hả".split()
)
_ENGLISH_WORDS = frozenset(
    "who whom whose what when where which why how many much the of is are was were did do does in on at by for to from"
    " and or a an it its this that has have had with as been be year name long old tell me about between during after"
    " before".split()
)
_ENGLISH_QUESTION = frozenset("who whom whose what when where which why how the is are was were did does".split())


@dataclass(frozen=True)
class Analysis:
    """A question, taken apart.

    `content` are its tokens without question words, `telling` those that also are no function words: what a passage
    must speak of to answer it. `aliases` are the names in it that stand for others. A question that was `restored` was
    typed without marks: those that it has, and its capitals, are a guess.
    """

    question: str
    toneless: bool
    english: bool
    answer_type: AnswerType
    tokens: tuple[Token, ...]
    content: tuple[Token, ...]
    telling: tuple[Token, ...]
    found: tuple[Usage, ...]
    translations: tuple[Translation, ...]
    synonyms: tuple[Said, ...]
    aliases: tuple[Alias, ...]
    restored: bool = False

    @property
    def lacks_marks(self) -> bool:
        """Whether it is Vietnamese that was typed without marks."""
        return self.toneless and not self.english

    def place_of(self, token: Token) -> int:
        """Return the number of a token."""
        return self._places[token.span]

    @cached_property
    def _places(self) -> dict[Span, int]:
        return {token.span: at for at, token in enumerate(self.tokens)}

    @cached_property
    def expansions(self) -> tuple[Expansion, ...]:
        """What was read as what, each once, for the answer to show; of an English word its likeliest reading."""
        likeliest = {reading.source: reading for reading in sorted(self.translations, key=lambda r: r.probability)}
        translated = (
            Expansion(source.of(self.question), " ".join(reading.vietnamese))
            for source, reading in sorted(likeliest.items())
        )
        # Short forms and names: that `ủy ban nhân dân` is looked for as UBND, too, is nothing a reader has to check.
        names = [alias.usual for alias in self.aliases]
        expanded = (found.expansion for found in self.found if len(found.meant) > 1 or found in names)
        return tuple(dict.fromkeys([*expanded, *translated]))

    @cached_property
    def dense_text(self) -> str:
        """The question as it is embedded: with what it abbreviates written out behind it."""
        return " ".join([canonical(self.question), *(" ".join(found.meant) for found in self.found)])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables that a question is looked up in."""

    abbreviations: Abbreviations
    translations: Translations = field(default_factory=Translations)
    synonyms: Synonyms = field(default_factory=Synonyms)
    names: OtherNames = field(default_factory=OtherNames)


def analyse(question: str, lexicon: Lexicon) -> Analysis:
    """Take a question apart."""
    tokens = tokens_mapped(question)
    toneless = is_toneless(question)
    english = toneless and _is_english(tokens)
    found = () if english else tuple(lexicon.abbreviations.find(question, tokens, toneless=toneless))
    aliases = lexicon.names.find(question, tokens, toneless=toneless)
    # `TP.HCM` is a city; its `HCM` alone would be found in what is named after the man.
    named = {at for alias in aliases for at in range(alias.start, alias.end)}
    found = tuple(usage for usage in found if usage.start not in named)
    found += tuple(alias.usual for alias in aliases if alias.usual)
    stop = _ENGLISH_WORDS if english else _folded(_QUESTION_WORDS) if toneless else _QUESTION_WORDS
    said = [token.folded if toneless else token.text for token in tokens]
    content = tuple(token for token, word in zip(tokens, said, strict=True) if word not in stop)
    function = _folded(_FUNCTION_WORDS) if toneless else _FUNCTION_WORDS
    telling = tuple(t for t in content if english or (t.folded if toneless else t.text) not in function)
    return Analysis(
        question=question,
        toneless=toneless,
        english=english,
        answer_type=answer_type_of(question),
        tokens=tuple(tokens),
        content=content,
        telling=telling,
        found=found,
        translations=lexicon.translations.find(content) if english else (),
        synonyms=() if english else lexicon.synonyms.find(tokens, toneless=toneless),
        aliases=aliases,
    )


def _is_english(tokens: Sequence[Token]) -> bool:
    """Tell English from Vietnamese without marks: by its question words and articles, which no syllable looks like."""
    words = [token.folded for token in tokens]
    known = sum(word in _ENGLISH_WORDS for word in words)
    return any(word in _ENGLISH_QUESTION for word in words) and known >= max(2, len(words) // 5)


def is_function_word(word: str) -> bool:
    """Tell a marked word that carries no content of its own, or only asks."""
    return word in _FUNCTION_WORDS or word in _QUESTION_WORDS


def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)
