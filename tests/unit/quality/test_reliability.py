import pytest

from local.quality.reliability import Bin, Reliability, Tally


def test_a_bin_compares_mean_confidence_with_the_share_that_is_right() -> None:
    reliability = Reliability()
    for confidence, right in ((0.82, True), (0.88, True), (0.85, False), (0.1, False)):
        reliability.add(confidence, right=right)

    low, high = reliability.bins()
    assert low == Bin(0.1, 0.2, 1, confidence=0.1, right=0.0)
    assert high == Bin(0.8, 0.9, 3, confidence=pytest.approx(0.85), right=2 / 3)  # type: ignore[arg-type]
    assert reliability.error() == pytest.approx((0.1 + 3 * (0.85 - 2 / 3)) / 4)


@pytest.mark.parametrize(("confidence", "low"), [(0.0, 0.0), (1.0, 0.9)])
def test_both_ends_have_their_bin(confidence: float, low: float) -> None:
    reliability = Reliability()
    reliability.add(confidence, right=True)

    assert [(entry.low, entry.n) for entry in reliability.bins()] == [(low, 1)]


def test_of_nothing_there_is_no_share() -> None:
    assert Reliability().bins() == []
    assert Reliability().error() is None
    assert Tally().share is None
