"""What speaks of a question is measured as a person would: kinds of things, and the thing itself."""

from __future__ import annotations

import pytest

from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.evidence import asked_for, holds_type, shows_what_is_asked_for


def taken_apart(question: str) -> Analysis:
    return analyse(question, Lexicon(load_abbreviations()))


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("Có bao nhiêu tập thể?", "Dịp này, 54 tập thể được khen.", 1.0),
        ("Có bao nhiêu tập thể?", "Kết luận số 01-KL/TW ngày 18/5/2021.", 0.0),
        ("Ai là Bí thư?", "Bí thư Lê Tiến Châu phát biểu.", 1.0),
        ("Ai là Bí thư?", "bí thư phát biểu tại hội nghị.", 0.0),
        ("Lê Tiến Châu gặp ai?", "ông Lê Tiến Châu phát biểu.", 0.0),  # nothing new
        ("Hội nghị diễn ra khi nào?", "Sáng 17/5, hội nghị khai mạc.", 1.0),
        ("Hội nghị diễn ra ở tỉnh nào?", "Hội nghị ở tỉnh Lai Châu.", 1.0),
        ("Phí bao nhiêu tiền?", "Phí là 300.000 đồng một người.", 1.0),
        ("Vì sao chưa cao?", "Chất lượng chưa cao do làm trực tuyến.", 1.0),
        ("Mô hình gì?", "Bếp ăn từ thiện.", 0.5),
    ],
)
def test_whether_the_kind_asked_for_is_there(question: str, sentence: str, held: float) -> None:
    assert holds_type(taken_apart(question), sentence) == held


@pytest.mark.parametrize(
    ("question", "wanted", "sentence", "shown"),
    [
        ("Có bao nhiêu tập thể được khen?", ("tap", "the"), "54 tập thể, 78 cá nhân", 1.0),
        ("Có bao nhiêu cá nhân được khen?", ("ca", "nhan"), "54 tập thể", 0.0),
        ("Ở thị trấn nào?", ("thi", "tran"), "Đại học ở thị trấn Farmville", 1.0),
        ("Ở thị trấn nào?", ("thi", "tran"), "về thị trấn đông người", 0.0),
        ("Ai là Bí thư?", (), "Bí thư Lê Tiến Châu", 0.0),
    ],
)
def test_whether_the_thing_asked_for_is_named(
    question: str, wanted: tuple[str, ...], sentence: str, shown: float
) -> None:
    analysis = taken_apart(question)
    assert asked_for(analysis) == wanted
    assert shows_what_is_asked_for(analysis, wanted, sentence) == shown
