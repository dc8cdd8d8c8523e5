"""The specification's own test values, against which the second library is held before it judges the first.

A second opinion that is wrong itself accuses the innocent, or agrees by luck. The numbers stand in section 3
of the specification of the statistics, to ten digits, and a few in its section 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reference_statistics import FUNCTIONS, SET_FUNCTIONS, part_year_phi

# Ten printed digits carry half a unit of the tenth.
PRINTED_PRECISION = 1e-9

N0, N1 = 80683.0, 81476.0
# Value 6.
TAU2_MAND = 71031024.0 / 30875330318.0
TAU2_FIETS = 16626992.0 / 1538711678.0
N1_FIETS_BASE = 81049.0
DEVIATION_MAND = 0.1003227348
TOY_FUNNEL = ((10.0, 20.0, 30.0, 40.0, 100.0), (1000.0, 1000.0, 2000.0, 2000.0, 3000.0))
PHI_2020 = part_year_phi(1402, 0.75, TAU2_MAND)


@dataclass(frozen=True)
class Value:
    """A test value: its place in the specification, the function, its arguments and the printed answer."""

    place: str
    function: str
    arguments: Sequence[float | Sequence[float] | None]
    printed: float


VALUES: tuple[Value, ...] = (
    Value("value 1", "count_lower", (0, 0, 0.05), 0.0),
    Value("value 1", "count_upper", (0, 0, 0.05), 3.688879454),
    Value("value 2", "count_lower", (7, 0, 0.05), 2.814363052),
    Value("value 2", "count_upper", (7, 0, 0.05), 14.42267536),
    Value("value 3", "count_lower", (60, 0, 0.05), 45.78632095),
    Value("value 3", "count_upper", (60, 0, 0.05), 77.23189341),
    Value("value 4", "count_lower", (2140, 0, 0.05), 2050.282641),
    Value("value 4", "count_upper", (2140, 0, 0.05), 2232.632783),
    # phi = 2 at a count of 7 is tau2 = 1/7.
    Value("value 5", "count_lower", (7, 1 / 7, 0.05), 1.689869181),
    Value("value 5", "count_upper", (7, 1 / 7, 0.05), 19.0227678),
    Value("value 7", "count_lower", (2087, TAU2_MAND, 0.05), 1876.884993),
    Value("value 7", "count_upper", (2087, TAU2_MAND, 0.05), 2314.203156),
    Value("value 9", "rate_ratio", (170, 142, N0, N1), 0.8271642606),
    Value("value 9", "rate_ratio_lower", (170, 142, N0, N1, 0, 0.05), 0.6572308083),
    Value("value 9", "rate_ratio_upper", (170, 142, N0, N1, 0, 0.05), 1.039758136),
    Value("value 10", "pair_p_value", (170, 142, N0, N1, 0), 0.1061986209),
    Value("value 11", "rate_ratio_lower", (7, 0, N0, N1, 0, 0.05), 0.0),
    Value("value 11", "rate_ratio_upper", (7, 0, N0, N1, 0, 0.05), 0.6870611389),
    Value("value 11", "pair_p_value", (7, 0, N0, N1, 0), 0.01509791094),
    Value("value 12", "rate_ratio_lower", (192, 176, 1, 1, 0, 0.05), 0.7428270309),
    Value("value 12", "rate_ratio_upper", (192, 176, 1, 1, 0, 0.05), 1.130627047),
    Value("value 12", "pair_p_value", (192, 176, 1, 1, 0), 0.4342971156),
    Value("value 13", "pair_p_value", (200, 300, N0, N1, 0), 1.475568521e-05),
    Value("value 14", "rate_ratio", (2140, 2087, N0, N1), 0.9657417665),
    Value("value 15", "rate_ratio_lower", (2140, 2087, N0, N1, TAU2_MAND, 0.05), 0.8322047404),
    Value("value 15", "rate_ratio_upper", (2140, 2087, N0, N1, TAU2_MAND, 0.05), 1.120626844),
    Value("value 16", "pair_p_value", (2140, 2087, N0, N1, TAU2_MAND), 0.6666274403),
    Value("value 17", "rate_ratio_lower", (389, 678, N1_FIETS_BASE, N1, TAU2_FIETS, 0.05), 1.241423908),
    Value("value 17", "rate_ratio_upper", (389, 678, N1_FIETS_BASE, N1, TAU2_FIETS, 0.05), 2.441449576),
    Value("value 17", "pair_p_value", (389, 678, N1_FIETS_BASE, N1, TAU2_FIETS), 0.0009422606894),
    Value("value 19", "share_lower", (0.18, 1000, 0.05), 0.1574268925),
    Value("value 19", "share_upper", (0.18, 1000, 0.05), 0.2050222329),
    Value("value 20", "share_lower", (0.18, 1000 / 1.5, 0.05), 0.1526959471),
    Value("value 20", "share_upper", (0.18, 1000 / 1.5, 0.05), 0.2109707254),
    Value("value 21", "share_upper", (0.0, 20, 0.05), 0.1611251581),
    Value("value 23", "share_change_p_value", (0.13, 1000 / 1.5, 0.18, 1000 / 1.5), 0.01165547452),
    Value("value 24", "mean_margin", (30, 1, 1, 0.05), 0.3734061368),
    Value("value 28", "outlook_lower", (2087, DEVIATION_MAND, 8, 2, 0.05), 1504.505343),
    Value("value 28", "outlook_upper", (2087, DEVIATION_MAND, 8, 2, 0.05), 2894.942378),
    Value("value 29", "part_year_lower", (126, 0.75, 1, 0.05), 154.0),
    Value("value 29", "part_year_upper", (126, 0.75, 1, 0.05), 184.0),
    Value("value 29", "part_year_lower", (4, 0.75, 1, 0.05), 4.0),
    Value("value 29", "part_year_upper", (4, 0.75, 1, 0.05), 9.0),
    # The note's basket of 2020, in section 1: 1402 counted in nine months became 1869 [1792-1950].
    Value("section 1, part-year", "part_year_lower", (1402, 0.75, PHI_2020, 0.05), 1792.0),
    Value("section 1, part-year", "part_year_upper", (1402, 0.75, PHI_2020, 0.05), 1950.0),
    # The shares .70, .78, .74 and .76: mean 0.745, squares around it 0.0035 together.
    Value("value 30", "part_year_seasonal_phi", (126, 0.745, (0.0035 / 3) ** 0.5, 4, 0.05), 3.422950428),
    # Value 25 prints E of Hengelo, so the rate is E / N; the fit itself is value 27, and `recompute.py` makes value 25.
    Value("value 26", "funnel_lower", (1737.115122 / N1 * 1000, 0.02587331952, N1 / 1000, 0.05), 9.970892269),
    Value("value 26", "funnel_upper", (1737.115122 / N1 * 1000, 0.02587331952, N1 / 1000, 0.05), 36.93198961),
    Value("value 26", "funnel_upper", (1737.115122 / N1 * 1000, 0.02587331952, N1 / 1000, 0.002), 47.87221098),
    Value("value 27", "funnel_overdispersion", (*TOY_FUNNEL, 0.1), 3.662441891),
    Value("value 27", "funnel_between_variance", (*TOY_FUNNEL, 0.1), 0.02337276141),
    Value("value 30", "part_year_lower", (126, 0.745, 3.422950428, 0.05), 144.0),
    Value("value 30", "part_year_upper", (126, 0.745, 3.422950428, 0.05), 199.0),
)


def disagreements() -> list[str]:
    """Where the second library does not give what the specification prints; empty when it may be trusted."""
    by_name = {function.name: function for function in (*FUNCTIONS, *SET_FUNCTIONS)}
    found: list[str] = []
    for value in VALUES:
        answer = by_name[value.function](*value.arguments)
        is_right = answer is not None and abs(answer - value.printed) <= PRINTED_PRECISION * abs(
            value.printed
        )
        if not is_right:
            call = f"{value.function}({', '.join(map(repr, value.arguments))})"
            found.append(f"{value.place}: {call} is {answer!r}, the specification prints {value.printed!r}")
    return found
