"""What was recomputed, beside what the specification says and what the release says."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from tables import is_equal


class Ledger:
    """Prints every check and remembers what failed. A check without a figure is a failure."""

    def __init__(self) -> None:
        self.checks = 0
        self.figures = 0
        self.failures: list[str] = []

    def specified(self, name: str, recomputed: Any, specification: Any) -> None:
        """One figure that the specification states, recomputed from the recorded files."""
        self._figure(name, recomputed, "specification", specification)

    def released(self, name: str, recomputed: Any, release: Any) -> None:
        """One figure that the release publishes, recomputed from the recorded files."""
        self._figure(name, recomputed, "release", release)

    def table(self, name: str, recomputed: Mapping[Hashable, Any], release: Mapping[Hashable, Any]) -> None:
        """Many figures by key: the same keys on both sides, the same value at each."""
        before = len(self.failures)
        for key in sorted(recomputed.keys() | release.keys(), key=str):
            if key not in recomputed or key not in release:
                side = "release" if key in release else "recomputation"
                self.failures.append(f"{name}: {key} is only in the {side}")
            elif not self._same(recomputed[key], release[key]):
                self.failures.append(
                    f"{name}: {key}: recomputed {recomputed[key]!r}, release {release[key]!r}"
                )
        if all(value is None for value in release.values()):
            self.failures.append(f"{name}: the release holds no value to compare")
        self.checks += 1
        self.figures += len(release)
        print(f"{name}: {len(release)} figures, {len(self.failures) - before} differences")

    def explained(self, name: str, reason: str | None) -> None:
        """Something that the release leaves out, which it may do for a reason that it states."""
        self.checks += 1
        if not reason:
            self.failures.append(f"{name}, and the release does not say why")
        print(f"{name}: {reason or 'no reason  <-- different'}")

    def _figure(self, name: str, recomputed: Any, side: str, other: Any) -> None:
        self.checks += 1
        self.figures += 1
        is_right = recomputed is not None and self._same(recomputed, other)
        if not is_right:
            self.failures.append(f"{name}: recomputed {recomputed!r}, {side} {other!r}")
        print(f"{name}: recomputed {recomputed!r}, {side} {other!r}{'' if is_right else '  <-- different'}")

    @staticmethod
    def _same(left: Any, right: Any) -> bool:
        is_real = isinstance(left, float) or isinstance(right, float)
        return is_equal(left, right, "real" if is_real else "")
