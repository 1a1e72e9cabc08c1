"""Plain values become DynamoDB's typed ones, as boto3 itself would type them."""

from typing import Any

from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from desk.aws.dynamodb import to_item
from desk.reading import Kind

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.binary() | st.sampled_from(Kind),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1), PLAIN, max_size=4))
def test_values_are_typed_as_boto3_types_them(plain: dict[str, Any]) -> None:
    serialize = TypeSerializer().serialize

    assert to_item(plain) == {key: serialize(value) for key, value in plain.items() if value is not None}
