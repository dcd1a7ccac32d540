"""The kind of thing a question asks for: with marks, without, decomposed, in chat, in English."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import fold
from qa.answer_types import answer_type_of
from qa.types import AnswerType


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Có bao nhiêu tập thể được khen?", AnswerType.COUNT),
        ("Bao nhiêu phần trăm đại biểu tán thành?", AnswerType.PERCENTAGE),
        ("Tỷ trọng của du lịch biển là bao nhiêu?", AnswerType.PERCENTAGE),
        ("Xây cầu Bạch Đằng tốn bao nhiêu tiền?", AnswerType.AMOUNT),
        ("Tổng kinh phí thực hiện là bao nhiêu?", AnswerType.AMOUNT),
        ("Gửi xe máy mỗi tháng mất mấy triệu?", AnswerType.AMOUNT),
        ("Đường cao tốc dài chừng mấy cây số?", AnswerType.MEASURE),
        ("Khu đất ở Tuy Hòa rộng bao nhiêu?", AnswerType.MEASURE),
        ("Chỗ nhận chìm cách Lý Sơn bao xa?", AnswerType.MEASURE),
        ("Công trình làm trong bao lâu?", AnswerType.DURATION),
        ("Muốn xin thì phải đóng bao nhiêu năm?", AnswerType.DURATION),
        ("Cứ sinh năm nào thì đi học?", AnswerType.DATE),
        ("Bị bắt lúc mấy giờ?", AnswerType.DATE),
        ("Tổng thống sang châu Á tháng mấy?", AnswerType.DATE),
        ("Phong tục ấy có từ thế kỷ nào?", AnswerType.DATE),
        ("Thứ trưởng nào duyệt báo cáo?", AnswerType.PERSON),
        ("Giám đốc Sở Nông nghiệp nào ký văn bản?", AnswerType.PERSON),
        ("Nghi phạm tên là gì?", AnswerType.PERSON),
        ("Ông Nguyễn Ngọc Mẽ giữ chức gì?", AnswerType.ROLE),
        ("Bà Vy đảm nhiệm vị trí gì ở Bộ?", AnswerType.ROLE),
        ("Trụ sở đóng ở đâu?", AnswerType.PLACE),
        ("Hai nhà máy đóng trên địa bàn xã nào?", AnswerType.PLACE),
        ("Cơ quan nào ra công điện?", AnswerType.ORGANISATION),
        ("Nạn nhân được chuyển lên bệnh viện nào?", AnswerType.ORGANISATION),
        ("Thiết bị được lắp để làm gì?", AnswerType.REASON),
        ("Do đâu mà cầu sập?", AnswerType.REASON),
        ("Từ Thawra có nghĩa là gì?", AnswerType.DEFINITION),
        ("Ban Bí thư họp như thế nào?", AnswerType.MANNER),
        ("Mua xe bằng cách nào?", AnswerType.MANNER),
        ("Nga bán loại vũ khí nào?", AnswerType.OTHER),
        ("Trộn dâu tây với thứ gì?", AnswerType.OTHER),
    ],
)
def test_the_kind_in_every_form(question: str, kind: AnswerType) -> None:
    assert answer_type_of(question) is kind
    assert answer_type_of(unicodedata.normalize("NFD", question)) is kind
    assert answer_type_of(fold(question)) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("vu nay co bn nguoi bi bat vay", AnswerType.COUNT),
        ("du an nay rong bn ha", AnswerType.MEASURE),
        ("xay ra hom nao v", AnswerType.DATE),
        ("bảo thy sinh năm bn", AnswerType.DATE),
        ("ong nay lam chuc j", AnswerType.ROLE),
        ("bat dau luc may gio", AnswerType.DATE),
        ("Nhà máy nào bị đóng cửa?", AnswerType.ORGANISATION),  # máy is not mấy
        ("Thấy chuyện gì mà mấy tài xế quay đầu?", AnswerType.OTHER),  # several of them
        ("ngoai cai ten xa an may con co biet danh gi nua", AnswerType.OTHER),
        ("Tỉnh nào có mấy tập thể và bao nhiêu người được khen?", AnswerType.COUNT),
        ("Có mấy thôn chưa có đường nào?", AnswerType.COUNT),
        ("xa co may ho khong co dat nao de san xuat", AnswerType.COUNT),
        ("Mấy bị cáo không kháng cáo gì?", AnswerType.COUNT),
        ("nha may bi dong cua", AnswerType.OTHER),
        ("Cơ sở nào của luật?", AnswerType.OTHER),  # no department
        ("", AnswerType.OTHER),
    ],
)
def test_as_people_chat(question: str, kind: AnswerType) -> None:
    assert answer_type_of(question) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many households were commended?", AnswerType.COUNT),
        ("How old was the policeman who died?", AnswerType.COUNT),
        ("How much did the stadium cost?", AnswerType.AMOUNT),
        ("What percentage of voters agreed?", AnswerType.PERCENTAGE),
        ("How long did it take rescuers?", AnswerType.DURATION),
        ("How far is the island?", AnswerType.MEASURE),
        ("In what year was it built?", AnswerType.DATE),
        ("What does a player get when failing?", AnswerType.OTHER),
        ("Which company won the rights?", AnswerType.ORGANISATION),
        ("What position does he hold?", AnswerType.ROLE),
        ("What does the word Thawra mean?", AnswerType.DEFINITION),
        ("Why was it closed?", AnswerType.REASON),
        ("How did they get in?", AnswerType.MANNER),
        ("Where was it found?", AnswerType.PLACE),
        ("Whom did she replace?", AnswerType.PERSON),
    ],
)
def test_english(question: str, kind: AnswerType) -> None:
    assert answer_type_of(question) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Trương Mỹ Lan là ai?", AnswerType.ROLE),  # no `trưởng`
        ("Tống Văn Công là ai?", AnswerType.ROLE),
        ("Thu Minh là ai?", AnswerType.ROLE),
        ("Nguyễn Phú Trọng là ai?", AnswerType.ROLE),
        ("Ông Nguyễn Tiền Phong là ai?", AnswerType.ROLE),
        ("Chủ Tịch Nước là ai?", AnswerType.PERSON),  # no `chú`
        ("Chủ Tịch Hà Nội là ai?", AnswerType.PERSON),
        ("CHỦ TỊCH UBND HẢI PHÒNG LÀ AI?", AnswerType.PERSON),
        ("TÁC GIẢ TRUYỆN KIỀU LÀ AI?", AnswerType.PERSON),
        ("Kẻ Giết Người là ai?", AnswerType.PERSON),
        ("Ca Sĩ Hát Bài Này là ai?", AnswerType.PERSON),
        ("Quán Quân Olympia là ai?", AnswerType.PERSON),
        ("Vợ ông ta là ai?", AnswerType.PERSON),
    ],
)
@pytest.mark.parametrize("end", ["", " vậy?", " vậy ạ?", " thế nhỉ", " ạ"])
def test_of_a_name_the_office_is_asked_for_and_of_an_office_the_name(question: str, kind: AnswerType, end: str) -> None:
    asked = question.rstrip("?") + end if end else question
    assert answer_type_of(asked) is kind
    assert answer_type_of(unicodedata.normalize("NFD", asked)) is kind


@pytest.mark.parametrize("end", [" vậy?", " ạ?", " thế ạ", " nhỉ?", " nhé", " vậy nhỉ ?", " VẬY?"])
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Bảo Thy sinh năm nào", AnswerType.DATE),
        ("Cơ quan nào", AnswerType.ORGANISATION),
        ("Trụ sở đóng ở đâu", AnswerType.PLACE),
        ("Thiết bị được lắp để làm gì", AnswerType.REASON),
        ("Nghi phạm tên là gì", AnswerType.PERSON),
    ],
)
def test_words_for_politeness_change_nothing(question: str, kind: AnswerType, end: str) -> None:
    assert answer_type_of(question + end) is answer_type_of(question) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Ai cho vay?", AnswerType.PERSON),
        ("Ngân hàng nào cho vay?", AnswerType.ORGANISATION),
        ("Thuốc nào cho bệnh viện nhi?", AnswerType.OTHER),
    ],
)
def test_words_that_look_like_politeness_stay(question: str, kind: AnswerType) -> None:
    assert answer_type_of(question) is kind


@settings(deadline=None)  # patterns are compiled when first needed
@given(st.text(max_size=80))
def test_every_text_has_a_kind(text: str) -> None:
    assert answer_type_of(text) in AnswerType
