"""Write a pattern once, in Vietnamese with its marks, and look for it also in text that is typed without them.

    Wording("mấy giờ").search("lúc mấy giờ")  and  .search("luc may gio")

With marks `mấy` is not `máy`. Without them nobody can tell, so the toneless form is only used on toneless text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from index.text import canonical, fold, is_toneless


def plain(text: str) -> str:
    """Return the form that patterns are matched in: canonical, lower case; offsets are those of this form."""
    return canonical(text).lower()


class Wording:
    """A regular expression over `plain` text, compiled when it is first needed.

    The source is in lower case without `\\W`, `\\D` and `\\S`, as folding would turn them into their opposites.
    """

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def marked(self) -> re.Pattern[str]:
        """The pattern for text with marks."""
        return re.compile(self.source)

    @cached_property
    def toneless(self) -> re.Pattern[str]:
        """The pattern for text without any."""
        return re.compile(fold(self.source))

    def of(self, toneless: bool) -> re.Pattern[str]:
        """Return the pattern for text that is `toneless` or not."""
        return self.toneless if toneless else self.marked

    def search(self, text: str, toneless: bool | None = None) -> re.Match[str] | None:
        """Look for the pattern in `plain` text; whether it is `toneless` is told by itself unless given."""
        return self.of(is_toneless(text) if toneless is None else toneless).search(text)

    def finditer(self, text: str, toneless: bool) -> Iterator[re.Match[str]]:
        """Yield all matches in `plain` text."""
        return self.of(toneless).finditer(text)
