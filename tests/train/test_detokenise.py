"""Undoing the tokenisation of vietnews."""

from __future__ import annotations

import pytest

from train.detokenise import detokenise, joined_words


@pytest.mark.parametrize(
    ("tokenised", "printed"),
    [
        ("Hồ_Thiết_Tường ( 24 tuổi , ngụ xã Phước_Mỹ_Trung ) .", "Hồ Thiết Tường (24 tuổi, ngụ xã Phước Mỹ Trung)."),
        ('ông nói : " Hoà_bình " .', 'ông nói: "Hoà bình".'),
        ("ngày 9 / 2 / 2018", "ngày 9/2/2018"),
        ("khoảng 13h ngày 31/7 , nhận tin", "khoảng 13h ngày 31/7, nhận tin"),
        ("giảm 5 %", "giảm 5%"),
    ],
)
def test_detokenise(tokenised: str, printed: str) -> None:
    assert detokenise(tokenised) == printed


def test_joined_words_are_lower_case_and_alphabetic() -> None:
    assert joined_words("Công_an tạm giữ 16 thanh_niên , QĐ_12") == ["công an", "thanh niên"]
