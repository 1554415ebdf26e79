"""Draws that are the same everywhere."""

from statistics import fmean, pstdev

from portal.invented.chance import Chance, Mix


def test_a_text_always_gives_the_same_draws() -> None:
    assert [Chance("one").draw_word() for _ in range(2)] == [13373258985762885460] * 2
    assert Chance("one").draw_key() != Chance("two").draw_key()
    assert len(Chance("one").draw_key()) == 16


def test_draws_have_the_mean_and_the_spread_of_their_distribution() -> None:
    chance = Chance("many")
    uniform = [chance.draw_uniform() for _ in range(9000)]
    normal = [chance.draw_normal() for _ in range(9000)]
    exponential = [chance.draw_exponential() for _ in range(9000)]

    assert all(0 < draw < 1 for draw in uniform)
    assert abs(fmean(uniform) - 0.5) < 0.02
    assert abs(fmean(normal)) < 0.05
    assert abs(pstdev(normal) - 1) < 0.05
    assert abs(fmean(exponential) - 1) < 0.05


def test_codes_are_drawn_as_often_as_their_weight_says() -> None:
    chance, mix = Chance("mix"), Mix(["a", "b", "c"], [1.0, 0.0, 3.0])
    drawn = [mix.draw(chance) for _ in range(4000)]

    assert abs(drawn.count("c") / 4000 - 0.75) < 0.03
    assert "b" not in drawn
