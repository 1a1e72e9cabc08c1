"""The upper tail of a negative binomial distribution."""

from itertools import count as count_from
from math import exp, lgamma, log, log1p

_PRECISION = 1e-13
_TINY = 1e-300


def negative_binomial_tail(count: int, mean: float, dispersion: float) -> float:
    """The probability of `count` events or more.

    The number of events X has this mean, and the variance mean + dispersion * mean². With r = 1 / dispersion and
    q = mean / (mean + r):

        P(X = k) = Γ(k + r) / (Γ(r) k!) * (1 - q)^r * q^k

    (Negative binomial distribution in the form NB2 of A. C. Cameron and P. K. Trivedi, Regression Analysis of Count
    Data, Cambridge University Press, 1998.) Its tail is the regularised incomplete beta function I_q(count, r).
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    r = 1 / dispersion
    if count > mean:
        return _incomplete_beta(count, r, log(mean / (mean + r)), log1p(-mean / (mean + r)))
    return 1.0 - _incomplete_beta(r, count, log1p(-mean / (mean + r)), log(mean / (mean + r)))


def _incomplete_beta(a: float, b: float, log_x: float, log_rest: float) -> float:
    """I_x(a, b) for an x below a / (a + b), from the logarithms of x and of 1 - x.

    The continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, which converges within some
    dozens of steps there, by the modified method of Lentz.
    """
    x = exp(log_x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_x + b * log_rest) / a
    above, below, fraction = 1.0, 0.0, 1.0
    for step in count_from(1):
        half, is_odd = divmod(step, 2)
        part = -(a + half) * (a + b + half) if is_odd else half * (b - half)
        part *= x / ((a + step - 1) * (a + step))
        below = 1 / ((1 + part * below) or _TINY)
        above = (1 + part / above) or _TINY
        fraction *= above * below
        if abs(above * below - 1) < _PRECISION:
            break
    return front / fraction
