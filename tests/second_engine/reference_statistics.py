"""The statistical functions that the SQL calls, written again on SciPy.

Written from the specification of the statistics (definitions, section 1) and not from the Rust code, so that
an error has to be made twice, in two libraries, to stay unseen. Names and arguments are those of
`src/derive/functions.rs`, because the SQL calls them by these. Like there, NULL in gives NULL out, and
arguments outside a formula's domain give NULL as well; an unknown dispersion is never taken for none.

This module knows nothing of DuckDB: `FUNCTIONS` is a plain table that `compare.py` registers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Formula = Callable[..., float | None]
Numbers = Sequence[float | None]


@dataclass(frozen=True)
class Function:
    """One SQL function: its formula, whose name and arguments are those of SQL too."""

    formula: Formula

    @property
    def name(self) -> str:
        """The name in SQL."""
        return self.formula.__name__

    def __call__(self, *arguments: float | None) -> float | None:
        """The answer, or None where an argument is NULL, is no finite number or lies outside the domain."""
        if any(argument is None or not math.isfinite(argument) for argument in arguments):
            return None
        answer = self.formula(*arguments)
        return None if answer is None else float(answer)


def _is_level(alpha: float) -> bool:
    return 0.0 < alpha < 1.0


# One count: Garwood's interval, widened by phi = 1 + tau2 x.


def _count_limits(count: float, tau2: float, alpha: float) -> tuple[float, float] | None:
    if count < 0.0 or tau2 < 0.0 or not _is_level(alpha):
        return None
    phi = 1.0 + tau2 * count
    lower = 0.0 if count == 0.0 else 0.5 * phi * stats.chi2.ppf(alpha / 2.0, 2.0 * count / phi)
    upper = 0.5 * phi * stats.chi2.ppf(1.0 - alpha / 2.0, 2.0 * count / phi + 2.0)
    return lower, upper


def count_lower(count: float, tau2: float, alpha: float) -> float | None:
    """Lower limit of a count."""
    limits = _count_limits(count, tau2, alpha)
    return None if limits is None else limits[0]


def count_upper(count: float, tau2: float, alpha: float) -> float | None:
    """Upper limit of a count."""
    limits = _count_limits(count, tau2, alpha)
    return None if limits is None else limits[1]


# Two counts: base x0 among n0 inhabitants, compared x1 among n1, on effective counts x / phi.


def _is_pair(x0: float, x1: float, n0: float, n1: float, tau2: float) -> bool:
    return x0 >= 0.0 and x1 >= 0.0 and n0 > 0.0 and n1 > 0.0 and tau2 >= 0.0


def _effective(x0: float, x1: float, n0: float, n1: float, tau2: float) -> tuple[float, float, float]:
    """Effective counts e0 and e1, and the share pi of the compared year in the exposure."""
    pi = n1 / (n0 + n1)
    phi = 1.0 + 2.0 * tau2 * (x0 + x1) * pi * (1.0 - pi)
    return x0 / phi, x1 / phi, pi


def rate_ratio(x0: float, x1: float, n0: float, n1: float) -> float | None:
    """(x1/n1) / (x0/n0); None when the base is zero."""
    if not _is_pair(x0, x1, n0, n1, 0.0) or x0 == 0.0:
        return None
    return (x1 / n1) / (x0 / n0)


def rate_ratio_lower(x0: float, x1: float, n0: float, n1: float, tau2: float, alpha: float) -> float | None:
    """Lower limit of the rate ratio; 0 when the compared year is zero."""
    if not _is_pair(x0, x1, n0, n1, tau2) or not _is_level(alpha):
        return None
    if x1 == 0.0:
        return 0.0
    e0, e1, _ = _effective(x0, x1, n0, n1, tau2)
    share = stats.beta.ppf(alpha / 2.0, e1, e0 + 1.0)
    return float(share / (1.0 - share) * n0 / n1)


def rate_ratio_upper(x0: float, x1: float, n0: float, n1: float, tau2: float, alpha: float) -> float | None:
    """Upper limit of the rate ratio; None (no limit) when the base is zero."""
    if not _is_pair(x0, x1, n0, n1, tau2) or not _is_level(alpha) or x0 == 0.0:
        return None
    e0, e1, _ = _effective(x0, x1, n0, n1, tau2)
    # 1 - B(1 - alpha/2; e1 + 1, e0) is a quantile of the mirrored distribution: no digits are lost near 1.
    rest = stats.beta.ppf(alpha / 2.0, e0, e1 + 1.0)
    return (1.0 - rest) / rest * n0 / n1


def pair_p_value(x0: float, x1: float, n0: float, n1: float, tau2: float) -> float | None:
    """Twice the smaller tail, at most 1: the test that the interval of the rate ratio inverts."""
    if not _is_pair(x0, x1, n0, n1, tau2):
        return None
    e0, e1, pi = _effective(x0, x1, n0, n1, tau2)
    high = 1.0 if x1 == 0.0 else special.betainc(e1, e0 + 1.0, pi)
    low = 1.0 if x0 == 0.0 else special.betainc(e0, e1 + 1.0, 1.0 - pi)
    return min(1.0, 2.0 * float(min(high, low)))


# Shares of a sample; the design effect is in the effective n already.


def _wilson(share: float, effective_n: float, alpha: float) -> tuple[float, float] | None:
    if not 0.0 <= share <= 1.0 or effective_n <= 0.0 or not _is_level(alpha):
        return None
    z = stats.norm.ppf(1.0 - alpha / 2.0)
    centre = share + z * z / (2.0 * effective_n)
    half = z * math.sqrt(share * (1.0 - share) / effective_n + z * z / (4.0 * effective_n**2))
    scale = 1.0 + z * z / effective_n
    return (centre - half) / scale, (centre + half) / scale


def share_lower(share: float, effective_n: float, alpha: float) -> float | None:
    """Wilson's lower limit of a share between 0 and 1."""
    limits = _wilson(share, effective_n, alpha)
    return None if limits is None else limits[0]


def share_upper(share: float, effective_n: float, alpha: float) -> float | None:
    """Wilson's upper limit of a share between 0 and 1."""
    limits = _wilson(share, effective_n, alpha)
    return None if limits is None else limits[1]


def share_change_p_value(share0: float, n0: float, share1: float, n1: float) -> float | None:
    """Two-sided p of the pooled two-proportion z on effective numbers; None when no share is left to vary."""
    if not (0.0 <= share0 <= 1.0 and 0.0 <= share1 <= 1.0 and n0 > 0.0 and n1 > 0.0):
        return None
    pooled = (share0 * n0 + share1 * n1) / (n0 + n1)
    variance = pooled * (1.0 - pooled) * (1.0 / n0 + 1.0 / n1)
    if variance <= 0.0:
        return None
    return 2.0 * stats.norm.sf(abs(share1 - share0) / math.sqrt(variance))


def published_change_p_value(
    value0: float, lower0: float, upper0: float, value1: float, lower1: float, upper1: float, alpha: float
) -> float | None:
    """Two-sided p of two outcomes with published intervals, by the sides of the intervals that face each other."""
    if not (lower0 <= value0 <= upper0 and lower1 <= value1 <= upper1 and _is_level(alpha)):
        return None
    if value0 == value1:
        return 1.0
    sides = (upper0 - value0, value1 - lower1) if value1 > value0 else (value0 - lower0, upper1 - value1)
    deviation = math.hypot(*sides) / stats.norm.isf(alpha / 2.0)
    if deviation <= 0.0:
        return None
    return 2.0 * stats.norm.sf(abs(value1 - value0) / deviation)


def mean_margin(n: float, deviation: float, design_effect: float, alpha: float) -> float | None:
    """Half the width of the interval of a mean mark, for a population of unknown size."""
    if n <= 1.0 or deviation < 0.0 or design_effect <= 0.0 or not _is_level(alpha):
        return None
    return stats.t.ppf(1.0 - alpha / 2.0, n - 1.0) * deviation * math.sqrt(design_effect / n)


# Looking ahead: a log random walk without drift, and a part of a year.


def _outlook(
    last: float, deviation: float, steps: float, horizon: float, alpha: float, sign: float
) -> float | None:
    if last < 0.0 or deviation < 0.0 or steps <= 0.0 or horizon < 0.0 or not _is_level(alpha):
        return None
    reach = stats.t.ppf(1.0 - alpha / 2.0, steps) * deviation * math.sqrt(horizon)
    return (last + 0.5) * math.exp(sign * reach) - 0.5


def outlook_lower(last: float, deviation: float, steps: float, horizon: float, alpha: float) -> float | None:
    """Lower limit of the count after `horizon` years."""
    limit = _outlook(last, deviation, steps, horizon, alpha, -1.0)
    # A count has no values below zero, where the formula ends for very restless series.
    return None if limit is None else max(0.0, limit)


def outlook_upper(last: float, deviation: float, steps: float, horizon: float, alpha: float) -> float | None:
    """Upper limit of the count after `horizon` years."""
    return _outlook(last, deviation, steps, horizon, alpha, 1.0)


def part_year_phi(observed: float, share: float, tau2: float) -> float | None:
    """Widening by the pair formula with exposures s and 1 - s and X/s as the two counts together."""
    if observed < 0.0 or not 0.0 < share < 1.0 or tau2 < 0.0:
        return None
    return 1.0 + 2.0 * tau2 * (observed / share) * share * (1.0 - share)


def part_year_seasonal_phi(
    observed: float, share: float, deviation: float, years: float, alpha: float
) -> float | None:
    """Widening by how much the share of a year differs between years, for a share that is their mean."""
    if observed < 0.0 or not 0.0 < share < 1.0 or deviation < 0.0 or years < 2.0 or not _is_level(alpha):
        return None
    heavier = stats.t.ppf(1.0 - alpha / 2.0, years - 1.0) / stats.norm.ppf(1.0 - alpha / 2.0)
    spread = deviation**2 / (share**2 * (1.0 - share))
    return max(1.0, float(heavier**2 * (1.0 + 1.0 / years) * observed * spread))


def _part_year(observed: float, share: float, phi: float, probability: float) -> float | None:
    """X plus the smallest whole remainder r with I_s(X/phi + 1/2, r/phi + 1) >= probability."""
    if observed < 0.0 or not 0.0 < share < 1.0 or phi < 1.0 or not 0.0 < probability < 1.0:
        return None

    def is_enough(remainder: int) -> bool:
        return bool(special.betainc(observed / phi + 0.5, remainder / phi + 1.0, share) >= probability)

    if is_enough(0):
        return observed
    too_little, enough = 0, 1
    while not is_enough(enough):
        too_little, enough = enough, 2 * enough
    while enough - too_little > 1:
        middle = (too_little + enough) // 2
        too_little, enough = (too_little, middle) if is_enough(middle) else (middle, enough)
    return observed + enough


def part_year_lower(observed: float, share: float, phi: float, alpha: float) -> float | None:
    """Lower limit of the whole year's count."""
    return _part_year(observed, share, phi, alpha / 2.0)


def part_year_upper(observed: float, share: float, phi: float, alpha: float) -> float | None:
    """Upper limit of the whole year's count."""
    return _part_year(observed, share, phi, 1.0 - alpha / 2.0)


# A funnel over peers, and its limits for one place; rates per inhabitant.


def _funnel_limit(rate: float, variance: float, inhabitants: float, alpha: float, sign: float) -> float | None:
    if rate <= 0.0 or variance < 0.0 or inhabitants <= 0.0 or not _is_level(alpha):
        return None
    reach = stats.norm.isf(alpha / 2.0) * math.sqrt(1.0 / (4.0 * rate * inhabitants) + variance)
    return rate * max(0.0, 1.0 + sign * reach) ** 2


def funnel_lower(rate: float, between_variance: float, inhabitants: float, alpha: float) -> float | None:
    """Lower limit of the rate of a place with so many inhabitants."""
    return _funnel_limit(rate, between_variance, inhabitants, alpha, -1.0)


def funnel_upper(rate: float, between_variance: float, inhabitants: float, alpha: float) -> float | None:
    """Upper limit of the rate of a place with so many inhabitants."""
    return _funnel_limit(rate, between_variance, inhabitants, alpha, 1.0)


FUNCTIONS: tuple[Function, ...] = (
    Function(count_lower),
    Function(count_upper),
    Function(rate_ratio),
    Function(rate_ratio_lower),
    Function(rate_ratio_upper),
    Function(pair_p_value),
    Function(share_lower),
    Function(share_upper),
    Function(share_change_p_value),
    Function(published_change_p_value),
    Function(mean_margin),
    Function(outlook_lower),
    Function(outlook_upper),
    Function(part_year_phi),
    Function(part_year_seasonal_phi),
    Function(part_year_lower),
    Function(part_year_upper),
    Function(funnel_lower),
    Function(funnel_upper),
)


# Functions of a set of places: counts and inhabitants of all of them, as two lists in one order.

Places = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class SetFunction:
    """One SQL function of two lists and the numbers after them; a list or a number comes out."""

    formula: Callable[..., float | list[float] | None]
    gives_list: bool

    @property
    def name(self) -> str:
        """The name in SQL."""
        return self.formula.__name__

    def __call__(
        self, counts: Numbers | None, inhabitants: Numbers | None, *numbers: float | None
    ) -> float | list[float] | None:
        """The answer, or None where anything is NULL, lengths differ or a number lies outside the domain."""
        places = _places(counts, inhabitants)
        if places is None or any(number is None or not math.isfinite(number) for number in numbers):
            return None
        return self.formula(*places, *numbers)


def _places(counts: Numbers | None, inhabitants: Numbers | None) -> Places | None:
    if counts is None or inhabitants is None or len(counts) != len(inhabitants):
        return None
    if any(number is None for number in (*counts, *inhabitants)):
        return None
    observed, people = np.array(counts, dtype=float), np.array(inhabitants, dtype=float)
    is_valid = np.isfinite(observed).all() and np.isfinite(people).all()
    return (observed, people) if is_valid and (observed >= 0.0).all() and (people > 0.0).all() else None


def _fitted_funnel(
    counts: NDArray[np.float64], inhabitants: NDArray[np.float64], tail: float
) -> tuple[float, float] | None:
    if len(counts) < 2 or counts.sum() <= 0.0 or not 0.0 <= tail < 0.5:
        return None
    expected = counts.sum() / inhabitants.sum() * inhabitants
    scores = 2.0 * (np.sqrt(counts) - np.sqrt(expected))
    winsorised = np.clip(scores, *np.quantile(scores, [tail, 1.0 - tail]))
    phi = float(np.mean(winsorised**2))
    weights, size = 4.0 * expected, len(counts)
    spread = float(weights.sum() - (weights**2).sum() / weights.sum())
    return phi, max(0.0, (size * phi - size + 1.0) / spread)


def funnel_overdispersion(
    counts: NDArray[np.float64], inhabitants: NDArray[np.float64], winsorised_tail: float
) -> float | None:
    """Mean squared winsorised score of the peers."""
    funnel = _fitted_funnel(counts, inhabitants, winsorised_tail)
    return None if funnel is None else funnel[0]


def funnel_between_variance(
    counts: NDArray[np.float64], inhabitants: NDArray[np.float64], winsorised_tail: float
) -> float | None:
    """Variance between the peers that follows from it."""
    funnel = _fitted_funnel(counts, inhabitants, winsorised_tail)
    return None if funnel is None else funnel[1]


def rank_place(counts: NDArray[np.float64], inhabitants: NDArray[np.float64]) -> list[float]:
    """One more than the number of places with a higher rate."""
    rates = counts / inhabitants
    return [float(1 + np.count_nonzero(rates > rate)) for rate in rates]


def _pairwise_scores(
    counts: NDArray[np.float64], inhabitants: NDArray[np.float64], tau2: float
) -> NDArray[np.float64]:
    """z of every pair: positive in row i, column j where j is above i."""
    roots = np.sqrt(counts / inhabitants)
    variances = (1.0 + tau2 * counts) / (4.0 * inhabitants)
    return (roots[None, :] - roots[:, None]) / np.sqrt(variances[None, :] + variances[:, None])


def rank_highest(
    counts: NDArray[np.float64], inhabitants: NDArray[np.float64], tau2: float, alpha: float
) -> list[float] | None:
    """One more than the number of places that are demonstrably above."""
    if tau2 < 0.0 or not _is_level(alpha):
        return None
    above = _pairwise_scores(counts, inhabitants, tau2) > stats.norm.isf(alpha / 2.0)
    return [float(1 + number) for number in above.sum(axis=1)]


def rank_lowest(
    counts: NDArray[np.float64], inhabitants: NDArray[np.float64], tau2: float, alpha: float
) -> list[float] | None:
    """All places but those that are demonstrably below."""
    if tau2 < 0.0 or not _is_level(alpha):
        return None
    below = _pairwise_scores(counts, inhabitants, tau2) < -stats.norm.isf(alpha / 2.0)
    return [float(len(counts) - number) for number in below.sum(axis=1)]


@dataclass(frozen=True)
class SeriesFunction(SetFunction):
    """One SQL function of the years and the counts of a series; a number for each year comes out. Counts may be zero."""

    def __call__(
        self, years: Numbers | None, counts: Numbers | None, *numbers: float | None
    ) -> float | list[float] | None:
        """The answer, or None where anything is NULL, lengths differ or a number lies outside the domain."""
        if years is None or counts is None or len(years) != len(counts) or len(set(years)) != len(years):
            return None
        if any(number is None or not math.isfinite(number) for number in (*years, *counts, *numbers)):
            return None
        if any(count < 0.0 for count in counts):
            return None
        return self.formula(years, counts, *numbers)


def _levels(
    years: Sequence[float], counts: Sequence[float], lower: float, upper: float, minimum: float, long: float
) -> list[tuple[float, float]] | None:
    """Level and count held against, of each year in the order given.

    A year that does not agree with the last good one is on no level, unless it and the years after it agree among
    themselves and never with that one, so many together as make a level: then it begins the next level, and a first
    year that nothing agreed with is on none.
    """
    if not 0.0 <= lower <= 1.0 or upper < 1.0 or minimum < 0.0 or not 2.0 <= long <= 100.0:
        return None
    in_order = sorted(range(len(years)), key=lambda place: years[place])
    found: dict[int, tuple[float, float]] = {}
    on_level: list[int] = []

    def agree(count: float, other: float) -> bool:
        return other < minimum or lower * other <= count <= upper * other

    number = 1.0
    for place, here in enumerate(in_order):
        if not on_level:
            found[here] = (number, counts[here])
            on_level.append(here)
            continue
        good = counts[on_level[-1]]
        ahead = [counts[year] for year in in_order[place : place + int(long)]]
        is_new = (
            len(ahead) == int(long)
            and all(agree(after, before) for before, after in zip(ahead, ahead[1:]))
            and not any(agree(count, good) for count in ahead)
        )
        if not agree(counts[here], good):
            if not is_new:
                found[here] = (0.0, good)
                continue
            if number == 1.0 and len(on_level) == 1:
                found[on_level[0]] = (0.0, counts[here])
            else:
                number += 1.0
        found[here] = (number, good)
        on_level.append(here)
    return [found[place] for place in range(len(years))]


def level_number(
    years: Sequence[float], counts: Sequence[float], lower: float, upper: float, minimum: float, years_of_a_level: float
) -> list[float] | None:
    """Number of the level that each year stands on, 0 for none."""
    found = _levels(years, counts, lower, upper, minimum, years_of_a_level)
    return None if found is None else [level for level, _ in found]


def level_against(
    years: Sequence[float], counts: Sequence[float], lower: float, upper: float, minimum: float, years_of_a_level: float
) -> list[float] | None:
    """The count that each year was held against."""
    found = _levels(years, counts, lower, upper, minimum, years_of_a_level)
    return None if found is None else [against for _, against in found]


SET_FUNCTIONS: tuple[SetFunction, ...] = (
    SetFunction(funnel_overdispersion, gives_list=False),
    SetFunction(funnel_between_variance, gives_list=False),
    SetFunction(rank_place, gives_list=True),
    SetFunction(rank_highest, gives_list=True),
    SetFunction(rank_lowest, gives_list=True),
    SeriesFunction(level_number, gives_list=True),
    SeriesFunction(level_against, gives_list=True),
)
