"""What is described of a value is what is sent."""

from __future__ import annotations

from typing import get_args

import pytest

from qa.types import Answer, Modifier, ValueKind
from qa.values import value_of
from web.schemas import AnswerReply, ValueReply


@pytest.mark.parametrize("text", ["54 tập thể", "10-15%", "3,2 tỷ đồng", "cuối năm 2019", "3 giờ 30 phút", "Cần Thơ"])
def test_an_answer_with_its_value_has_the_described_shape(text: str) -> None:
    sent = Answer(text, text, 0, 0.9, (), value=value_of(text), kind="span").to_dict()
    assert AnswerReply.model_validate(sent).model_dump() == sent


def test_every_kind_and_modifier_is_described() -> None:
    fields = ValueReply.model_fields
    assert set(get_args(fields["kind"].annotation)) == {kind.value for kind in ValueKind}
    described = {name for part in get_args(fields["modifier"].annotation) for name in get_args(part)}
    assert described == {modifier.value for modifier in Modifier}
