"""Which labels a game's matches ask for, and when the same again."""

from __future__ import annotations

from player import Player
from told import said


def targets(player: Player) -> list[str]:
    """The labels that a match asks for, one skipped after the other."""
    player.play()
    asked = []
    for _ in range(12):
        asked.append(player.target)
        player.do("skip")
    assert player.do("quit").stage == "result"
    return asked


def test_a_seed_repeats_a_game_and_a_rematch_goes_on() -> None:
    """Two games of one seed ask for the same labels, match by match; a rematch asks for others."""
    one, other = Player(seed=5).teach(), Player(seed=5).teach()
    first = targets(one)
    assert first == targets(other)
    second = targets(one)
    assert second != first
    assert second == targets(other)
    assert one.now.result is not None
    assert one.now.result.seed == 6
    assert targets(Player(seed=6).teach()) == second


def test_the_next_match_asks_for_other_labels_by_whatever_way_it_comes() -> None:
    """Back to the faces and another start is the next match too, not the same one again."""
    player = Player(seed=5).teach()
    first = targets(player)
    player.do("back")
    assert targets(player) != first
    assert player.now.result is not None
    assert player.now.result.seed == 6


def test_an_order_is_asked_for_as_it_is() -> None:
    """With an order a match asks for its labels in it."""
    assert targets(Player(order=("c", "a", "b")).teach())[:4] == ["c", "a", "b", "c"]


def test_a_refused_start_costs_no_seed() -> None:
    """A start that cannot be is no match, and the next one asks for what it would have asked."""
    player, other = Player(seed=5).teach(), Player(seed=5).teach()
    assert targets(player) == targets(other)
    player.do("remove_face", face="a")
    player.do("rename_face", face="b", name="new")
    taken = player.store.category("c")
    player.store.remove_category("c")  # behind the game's back: two labels are needed and one is left
    assert said(player.do("start")) == "error.few_labels"
    player.store.undo()
    player.do("undo")
    assert player.store.category("c") == taken
    assert targets(player) == targets(other)


def test_a_match_asks_for_faces_that_are_there() -> None:
    """A face removed after training is not asked for; one added since neither."""
    player = Player("abcd").teach()
    player.do("remove_face", face="b")
    player.do("add_face", name="new")
    assert set(targets(player)) == {"a", "c", "d"}
