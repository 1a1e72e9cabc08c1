"""The upper tail of a negative binomial distribution."""

from math import exp, lgamma, log, log1p

_NEGLIGIBLE = 1e-12


def negative_binomial_tail(count: int, mean: float, dispersion: float) -> float:
    """The probability of `count` events or more.

    The number of events X has this mean, and the variance mean + dispersion * mean². With r = 1 / dispersion and
    q = mean / (mean + r):

        P(X = k) = Γ(k + r) / (Γ(r) k!) * (1 - q)^r * q^k

    P(X = k + 1) = P(X = k) * q * (k + r) / (k + 1), so the terms from `count` on are summed until the rest is
    negligible; below the mean, the terms below `count` are fewer. (Negative binomial distribution in the form NB2 of
    A. C. Cameron and P. K. Trivedi, Regression Analysis of Count Data, Cambridge University Press, 1998.)
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    r = 1 / dispersion
    q = mean / (mean + r)
    if count <= mean:
        return max(0.0, 1.0 - sum(_terms(0, count, r, q)))
    term = _term(count, r, q)
    total, k = term, count
    while True:
        ratio = q * (k + r) / (k + 1)  # falls, or rises towards q; beyond the mean it is below 1
        if term * ratio / (1 - max(ratio, q)) <= _NEGLIGIBLE * total:
            return total
        term *= ratio
        total += term
        k += 1


def _terms(first: int, end: int, r: float, q: float) -> list[float]:
    terms = [_term(first, r, q)]
    for k in range(first, end - 1):
        terms.append(terms[-1] * q * (k + r) / (k + 1))
    return terms


def _term(k: int, r: float, q: float) -> float:
    return exp(lgamma(k + r) - lgamma(r) - lgamma(k + 1) + r * log1p(-q) + k * log(q))
