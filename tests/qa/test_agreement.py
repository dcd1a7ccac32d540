"""Another number, date, amount or name is wrong, however many words it shares; the same in other words is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.agreement import contradicts, says_the_value
from qa.evaluate import f1
from qa.judge import agrees

THINGS = st.sampled_from(["cá nhân", "tập thể", "tỷ đồng", "km", "triệu USD", "phần trăm"])
SURNAMES = st.sampled_from("Nguyễn Trần Lê Phạm Hoàng Đặng".split())
GIVEN = st.sampled_from("An Bình Cường Dũng Hạnh Khánh Minh Phong Sơn Tuấn".split())
LIKE_ANSWERS = st.lists(
    st.sampled_from(
        "54 78 1.725 15/5 15/5/2019 ngày tháng năm 2019 hai ba tập thể quận 8 Hà Nội, Nguyễn Văn An".split()
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ("59 cá nhân", "78 cá nhân"),
        ("hai phường", "ba phường"),
        ("hai mươi triệu đồng", "30 triệu đồng"),
        ("hai luật sư", "Một luật sư"),
        ("tập thể", "54 tập thể"),
        ("37 tập thể, 54 cá nhân", "54 tập thể"),
        ("19 tập thể và 21 cá nhân", "21 tập thể và 19 cá nhân"),
        ("3,5 triệu đồng", "3,5 tỷ đồng"),
        ("500 USD", "500 đồng"),
        ("12 phút", "12 giờ"),
        ("5,5%", "55%"),
        ("200 tỉ đồng", "200-300 tỉ đồng"),
        ("một năm", "một năm rưỡi"),
        ("dưới 30 người", "trên 30 người"),
        ("ngày 16/5/2019", "ngày 15/5/2019"),
        ("ngày 15 tháng 5 năm 2018", "ngày 15 tháng 5 năm 2019"),
        ("năm 2020", "năm 2019"),
        ("trước năm 1850", "sau năm 1850"),
        ("sáng 15/5", "chiều 15/5"),
        ("8h sáng", "8h tối"),
        ("8h sang", "8h toi"),
        ("sang 15/5", "chieu 15/5"),
        ("lúc 5 giờ chiều", "lúc 5 giờ sáng"),
        ("tối qua, ngày 15/5", "sáng nay, ngày 15/5"),
        ("chiều tối ngày 15/5", "sáng ngày 15/5"),
        ("1/3 dân số", "2/3 dân số"),
        ("một phần ba", "hai phần ba"),
        ("60% dân số", "một nửa dân số"),
        ("khoảng 1/3 dân số", "một nửa dân số"),
        ("dưới một nửa số phiếu bầu", "hơn 1/2 số phiếu bầu"),
        ("15/30 phiếu", "10/20 phiếu"),
        ("giảm một phần tư giá vé xe buýt", "giảm 50% giá vé xe buýt"),
        ("quốc lộ 53", "quốc lộ 54"),
        ("Kết luận 05-KL/TW", "Kết luận 01-KL/TW"),
        ("giải nhất", "giải nhì"),
        ("lần thứ VI", "lần thứ V"),
        ("Nguyễn Văn An", "Nguyễn Văn Bình"),
        ("Nguyễn Thị Bình", "Nguyễn Văn Bình"),
        ("Nguyễn Văn Bính", "Nguyễn Văn Bình"),
        ("Nguyễn Văn", "Nguyễn Văn Bình"),
        ("ông Nguyễn Minh", "ông Nguyễn Sự"),
        ("Thứ trưởng Bộ Công Thương Trần Quốc Khánh", "Thứ trưởng Bộ Công Thương Đỗ Thắng Hải"),
        ("xã Hữu Lập", "xã Hữu Khuông"),
        ("Bệnh viện Từ Dũ", "Bệnh viện Chợ Rẫy"),
        ("Bộ trưởng Bộ Công an", "Bộ trưởng Bộ Tài chính"),
        ("vì 4 người bị thương và đường tắc nhiều giờ", "vì 3 người bị thương và đường bị tắc nhiều giờ liền ở xã"),
    ],
)
def test_another_number_or_name_is_wrong_whatever_the_f1(answer: str, accepted: str) -> None:
    assert f1(answer, [accepted]) >= 0.5
    assert contradicts(answer, accepted)
    assert not agrees(answer, [accepted])


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ("54 tập thể, 78 cá nhân", "54 tập thể"),
        ("37 cá nhân, 54 tập thể", "54 tập thể"),
        ("1725 tổ chức", "1.725 tổ chức"),
        ("hơn 17 nghìn người", "17.000 người"),
        ("ba lựa chọn", "3 lựa chọn"),
        ("luật sư", "Một luật sư"),
        ("3,5 tỉ đồng", "3,5 tỷ đồng"),
        ("120.000 đồng / đôi", "120.000 đồng"),
        ("200 đến 300 tỷ đồng", "200-300 tỉ đồng"),
        ("ngày 15 tháng 5", "15/5"),
        ("sáng 15/5/2019", "15/5/2019"),
        ("15/5", "15/5/2019"),
        ("15/5/2019", "15/5"),
        ("năm 2019", "2019"),
        ("ngày 1-1-2019", "0h ngày 1-1-2019"),
        ("18 giờ 50", "18h50"),
        ("8h", "8h tối"),
        ("từ 22h đêm đến 5h sáng", "22h đến 5h sáng"),
        ("số 202 đường Cách Mạng Tháng Tám", "202 đường Cách Mạng Tháng Tám"),
        ("ông Nguyễn Văn An", "Nguyễn Văn An"),
        ("TRẦN HỮU HUỲNH", "Ông Trần Hữu Huỳnh"),
        ("Bình", "Nguyễn Văn Bình"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        ("Hoà Liên", "xã Hòa Liên"),
        ("đảo Lí Sơn", "đảo Lý Sơn"),
        ("thành phố Cần Thơ", "TP Cần Thơ"),
        ("Sở GD-ĐT TP Cần Thơ", "Sở giáo dục và Đào tạo TP Cần Thơ"),
        ("một phần ba", "1/3"),
        ("2/3", "hai phần ba"),
        ("một nửa", "1/2"),
        ("50%", "một nửa"),
        ("1/2", "50%"),
        ("mot nua", "50%"),
        ("mot phan ba", "1/3"),
        ("ba phan tu", "3/4"),
        ("khoảng một phần tư", "khoảng 25%"),
        ("ba phần tư số phiếu", "3/4 số phiếu"),
        ("một phần mười ba", "1/13"),
        ("60% số bang", "30/50 bang"),
        ("một nửa dân số", "50% dân số"),
        ("quá một nửa tổng số phiếu bầu", "quá 50% tổng số phiếu bầu"),
        ("1/3", "ngày 1 tháng 3"),
        ("ngay 1 thang 3", "1/3"),
        ("dài tối đa 15 m", "chiều dài 15 m"),
        ("dai toi da 15 m", "chieu dai 15 m"),
        ("cao tối đa 15 m", "chiều cao 15 m"),
        ("tối đa 4 làn xe", "đường hai chiều 4 làn xe"),
        ("sâu tối thiểu 2 m", "chiều sâu 2 m"),
        ("rộng tối thiểu 2 m", "chiều rộng 2 m"),
        ("tối thiểu 150 ý tưởng", "150 ý tưởng sáng tạo"),
        ("150 sáng kiến, ý tưởng", "tối thiểu 150 ý tưởng"),
        ("đường một chiều từ 15/5", "đường cấm từ sáng 15/5"),
        ("đi ngược chiều ngày 15/5", "đi ngược lối sáng 15/5"),
        ("làm 40 giờ tối đa", "làm 40 giờ, cả buổi sáng"),
        ("8h sáng tại Tòa án", "8h tại Tòa án tối cao"),
        ("8h tối tại nhà ông An", "8h tại nhà người sáng lập, ông An"),
        ("Hiệp định Paris", "Hiệp định Paris năm 1973"),
        ("Hạ Đình và Thanh Xuân Trung", "hai phường Hạ Đình và Thanh Xuân Trung"),
        ("đường bị tắc nhiều giờ liền ở xã", "vì 3 người bị thương và đường bị tắc nhiều giờ liền ở xã"),
    ],
)
def test_more_less_and_other_words_for_the_same_are_right(answer: str, accepted: str) -> None:
    assert not contradicts(answer, accepted)
    assert agrees(answer, [accepted])


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [("năm 2019", "15/5/2019"), ("Tối 27-3", "năm 670"), ("Sáng 22/3", "tháng 3"), ("Chiều 11/8", "2h ngày 11/8")],
)
def test_a_day_is_no_other_words_for_a_month_or_year(answer: str, accepted: str) -> None:
    assert not says_the_value(answer, accepted)
    assert not agrees(answer, [accepted])


@pytest.mark.parametrize("day", ["ngày 1/3", "ngay 1/3", "1/3/2019", "sáng 1/3", "ngày 1 tháng 3"])
@pytest.mark.parametrize("share", ["một phần ba", "mot phan ba", "một phần ba dân số"])
def test_a_day_is_no_share(day: str, share: str) -> None:
    assert contradicts(day, share)
    assert contradicts(share, day)
    assert not agrees(day, [share])
    assert not agrees(share, [day])


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ("một phần năm 2019", "20%"),  # a part of that year
        ("một nửa triệu", "50%"),
        ("một nửa năm", "50%"),
        ("1-2", "một nửa"),
        ("một phần Ba Vì", "1/3"),
        ("1/3", "2/3"),
        ("2/4", "1/2"),
    ],
)
def test_what_looks_like_a_share_is_not_always_one(answer: str, accepted: str) -> None:
    assert not agrees(answer, [accepted])
    assert not agrees(accepted, [answer])


def test_any_accepted_answer_will_do() -> None:
    assert agrees("gần 200 triệu", ["hơn 183 triệu đồng", "gần 200 triệu"])
    assert not agrees("54 tập thể", [])


@given(st.integers(2, 99_999), st.integers(2, 99_999), THINGS)
def test_counts_are_right_only_where_the_number_is(said: int, wanted: int, thing: str) -> None:
    assert agrees(f"{said} {thing}", [f"{wanted} {thing}"]) == (said == wanted)
    assert agrees(f"{wanted:,} {thing}".replace(",", "."), [f"{wanted} {thing}"])


@given(st.dates(), st.dates())
def test_dates_are_right_only_where_the_day_is(said: object, wanted: object) -> None:
    written, accepted = (f"ngày {day:%d/%m/%Y}" for day in (said, wanted))
    assert agrees(written, [accepted]) == (said == wanted)


@given(SURNAMES, GIVEN, GIVEN)
def test_a_person_is_right_only_by_the_given_name(surname: str, said: str, wanted: str) -> None:
    assert agrees(f"ông {surname} Văn {said}", [f"{surname} Văn {wanted}"]) == (said == wanted)


@given(LIKE_ANSWERS)
def test_nothing_contradicts_itself(text: str) -> None:
    assert not contradicts(text, text)
    assert not contradicts(text.upper(), text)
    assert not contradicts(f"“{text}”", text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_compared(answer: str, accepted: str) -> None:
    assert contradicts(answer, accepted) in (True, False)
