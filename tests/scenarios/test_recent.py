from __future__ import annotations

from scenarios.recent import OVERHEAD, Recent


def test_what_was_used_last_is_kept_and_the_oldest_goes() -> None:
    made: list[str] = []
    recent: Recent[str] = Recent(most=2 * OVERHEAD + 10, weigh=len)

    def get(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key

        return recent.get(key, make)

    assert [get(key) for key in ("a", "b", "a", "c", "a", "b")] == ["a", "b", "a", "c", "a", "b"]
    assert made == ["a", "b", "c", "b"]
    assert get("x" * 99) == get("x" * 99) and made[4:] == ["x" * 99]
