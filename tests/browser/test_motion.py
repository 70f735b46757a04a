"""Play, pause, step and speed: on a page without a kernel, whose clock the tests turn."""

import re
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import expect

from course_lib.explorers import (
    AdaptiveRates,
    Decay,
    FirstRace,
    GradientCheck,
    LearningRate,
    Race,
    Trajectory,
)
from course_lib.explorers.live.artists import Steps, put
from tests.browser import static_page
from tests.browser.static_page import PICTURE, painted, share_that_differs

pytestmark = pytest.mark.usefixtures("record_file")  # the goals that are found here are nobody's

WHOLE = 4000  # milliseconds


def drawn(kind, **values):
    """Such a figure on a screen with few pixels."""
    return static_page.on_screen(partial(kind, **values), pixels=1.0)


@pytest.fixture(scope="module")
def sheet(browser):
    """One page for all figures: to make a page takes longer than to play on it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.fixture
def opened(sheet, tmp_path):
    """Opens the page anew with a figure, and stops its clock."""
    errors = []

    def note(error):
        errors.append(str(error))

    def opened(*figures, reduced_motion="null"):
        static_page.write(tmp_path / "page.html", figures, shown=1)
        sheet.emulate_media(reduced_motion=reduced_motion)
        sheet.mouse.move(0, 0)
        sheet.clock.install(time=0)
        sheet.goto((tmp_path / "page.html").as_uri())
        sheet.wait_for_function("window.ready")
        figure = sheet.get_by_role("region")
        expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile("."))
        sheet.clock.pause_at(600_000)
        sheet.evaluate("sent.length = 0")
        return figure

    sheet.on("pageerror", note)
    yield opened
    sheet.remove_listener("pageerror", note)
    assert errors == []


def press(figure, name):
    figure.get_by_role("button", name=name, exact=True).click()


def shown(figure):
    """The update that is said to be shown, and of how many."""
    words = figure.locator(".said").text_content().replace(",", "")
    return tuple(int(number) for number in re.match(r"update (\d+) of (\d+)", words).groups())


# Fewer updates than the four seconds have pictures, and more.
@pytest.mark.parametrize(("make", "updates"), [(LearningRate, 30), (Decay, 10_000)])
def test_a_whole_play_takes_four_seconds_and_asks_nobody(opened, make, updates):
    figure = opened(drawn(make))
    clock, whole = figure.page.clock, figure.evaluate(PICTURE)
    assert shown(figure) == (updates, updates)
    press(figure, "Play")
    pictures = set()
    for part in range(1, 10):
        clock.run_for(WHOLE // 10)
        update, of = shown(figure)
        assert update / of == pytest.approx(part / 10, abs=0.02 + 1 / updates)
        pictures.add(figure.evaluate(PICTURE))
    assert len(pictures) == 9
    clock.run_for(WHOLE // 8)
    assert shown(figure) == (updates, updates)
    assert figure.evaluate(PICTURE) == whole
    expect(figure.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert figure.page.evaluate("sent.length") == 0


@pytest.fixture
def chosen(opened):
    """The first race as it is when the plain line was chosen: it runs, and nobody knows yet who wins."""
    asked, ran = drawn(FirstRace), drawn(FirstRace, winner="the plain line")
    figure = opened(asked, ran)
    expect(figure.locator("figcaption")).to_have_text(asked.caption)
    expect(figure.get_by_role("button", name="Play", exact=True)).to_be_hidden()
    press(figure, "the plain line")
    expect(figure.get_by_role("button", name="the plain line")).to_have_attribute("aria-pressed", "true")
    figure.page.evaluate("models[0].set('view', models[1].get('view'))")
    expect(figure.locator("figcaption")).to_have_text("You say that the plain line wins. They run.")
    return figure, ran.caption


def test_a_choice_starts_the_race_and_its_end_tells_who_won(chosen):
    figure, caption = chosen
    figure.page.clock.run_for(WHOLE // 2)
    assert shown(figure)[0] == pytest.approx(50, abs=3)
    expect(figure.locator("figcaption")).to_have_text("You say that the plain line wins. They run.")
    expect(figure.locator(".goal")).to_contain_text("☐")
    figure.page.clock.run_for(WHOLE)
    assert shown(figure) == (100, 100)
    expect(figure.locator("figcaption")).to_have_text(caption)
    expect(figure.locator(".goal")).to_contain_text("✔")
    figure.page.evaluate("models[0].set('view', models[1].get('view'))")  # for another theme, for example
    figure.page.clock.run_for(WHOLE // 4)
    assert shown(figure) == (100, 100)


def test_a_hand_that_stops_the_race_is_told_who_won(chosen):
    figure, caption = chosen
    figure.page.clock.run_for(WHOLE // 2)
    press(figure, "Pause")
    there = shown(figure)
    expect(figure.locator("figcaption")).to_have_text(caption)
    figure.page.clock.run_for(WHOLE)
    assert shown(figure) == there


def test_a_race_that_was_chosen_before_does_not_start_by_itself(opened):
    ran = drawn(FirstRace, winner="the famous line")
    figure = opened(ran)
    figure.page.clock.run_for(WHOLE // 2)
    assert shown(figure) == (100, 100)
    expect(figure.locator("figcaption")).to_have_text(ran.caption)


def test_faster_slower_and_pause(opened):
    figure = opened(drawn(Trajectory))
    clock = figure.page.clock
    press(figure, "Twice the speed")
    press(figure, "Play")
    clock.run_for(WHOLE // 4)
    assert shown(figure)[0] == pytest.approx(50, abs=2)
    for _ in range(2):
        press(figure, "Half the speed")
    clock.run_for(WHOLE // 4)
    assert shown(figure)[0] == pytest.approx(62, abs=3)
    press(figure, "Pause")
    there = shown(figure)
    clock.run_for(WHOLE)
    assert shown(figure) == there
    press(figure, "Play")
    clock.run_for(WHOLE // 2)
    assert shown(figure)[0] == pytest.approx(there[0] + 25, abs=2)


def test_steps_and_the_loss_of_each_by_keyboard(opened):
    explorer = drawn(Trajectory, momentum=0.9)
    figure = opened(explorer)
    keyboard, said = figure.page.keyboard, figure.locator(".said")
    slider = figure.get_by_role("slider", name="Update that is shown")
    slider.focus()
    keyboard.press("Home")
    for update in (0, 1, 2, 3):
        expect(said).to_have_text(f"update {update} of 100: loss {explorer.facts.losses[update]:.3g}")
        expect(slider).to_have_attribute("aria-valuetext", said.text_content())
        keyboard.press("ArrowRight")
    expect(said).to_have_attribute("aria-live", "polite")
    figure.get_by_role("button", name="One update back").focus()
    keyboard.press("Enter")
    assert shown(figure) == (3, 100)
    figure.get_by_role("button", name="One update on").focus()
    keyboard.press("Space")
    assert shown(figure) == (4, 100)
    slider.press("End")
    assert shown(figure) == (100, 100)
    press(figure, "One update on")
    assert shown(figure) == (100, 100)
    press(figure, "One update back")
    assert shown(figure) == (99, 100)
    press(figure, "Play")
    expect(said).to_have_attribute("aria-live", "off")
    assert figure.page.evaluate("sent.length") == 0


def test_what_is_painted_at_an_update_is_the_path_up_to_it(opened):
    """As matplotlib draws it."""
    explorer = drawn(AdaptiveRates)
    figure = opened(explorer)
    whole, path = painted(figure), explorer.facts["path"]
    lines = {
        name: (first, np.array(explorer.artists[name].get_data()))
        for name, first in explorer.view["grows"].items()
        if isinstance(first, int) and name in explorer.artists
    }
    for update in (0, 7):
        figure.get_by_role("slider", name="Update that is shown").fill(str(update))
        for name, (first, points) in lines.items():
            explorer.artists[name].set_data(*points[:, : max(0, update + 1 - first)])
        explorer.artists["last"].set_data(*path[:, [update]])
        assert share_that_differs(painted(figure), explorer) < 0.002, update
        assert share_that_differs(whole, explorer) > 0.005, update


@pytest.mark.parametrize(("course", "updates"), [("ravine", [20]), ("digits", [0, 6])])
def test_texts_and_pictures_turn_with_the_update(opened, course, updates):
    """Table, names and confusion pictures, as matplotlib draws them."""
    explorer = drawn(Race, optimizers=["momentum", "adam"], course=course)
    figure = opened(explorer)
    whole, frame = painted(figure), explorer.frame(**explorer.values)
    for update in updates:
        figure.get_by_role("slider", name="Update that is shown").fill(str(update))
        for name, artist in explorer.artists.items():
            if name in frame.turns:
                put(artist, [shown for since, shown in frame.turns[name].items() if since <= update][-1])
            else:
                line = np.array(frame.artists[name.removesuffix(" head")])
                artist.set_data(*line[:, [update]] if name.endswith("head") else line[:, : update + 1])
        away = share_that_differs(painted(figure), explorer)
        assert away < 0.004, f"update {update}: letters are rounded otherwise by a browser"
        assert share_that_differs(whole, explorer) > 2 * away, update
    assert figure.page.evaluate("sent.length") == 0


# Each way makes the runner stand out, and is undone by `leave`.
POINTED = {
    "its name": lambda figure, spot: figure.get_by_role("checkbox", name="adam", exact=True).hover(),
    "its row": lambda figure, spot: figure.page.mouse.move(*spot("adam row", 30)),
    "its curve": lambda figure, spot: figure.page.mouse.move(*spot("adam loss", 0)),
    "the focus": lambda figure, spot: focus_by_key(figure),
}


def test_who_is_pointed_at_stands_out_and_nobody_is_asked(opened):
    explorer = drawn(Race)
    figure = opened(explorer)
    colors = [explorer.scene["styles"][f"{name} loss"]["color"] for name in ("adam", "momentum", "rmsprop")]

    def spot(artist, right):
        """A place of the artist on the page: of a curve its tenth point."""
        place, box = explorer.view["places"][artist], figure.get_by_role("img").bounding_box()
        x, y = place[:2] if isinstance(place, list) else np.frombuffer(place, np.float32)[20:22]
        grown = box["width"] / explorer.scene["size"][0]
        return float(box["x"] + grown * (x + right)), float(box["y"] + grown * y)

    adam, *others = before = count_of(figure, colors)
    for way, point in POINTED.items():
        point(figure, spot)
        there, *pale = count_of(figure, colors)
        assert there >= adam > 100, way
        assert all(count < 0.6 * was for count, was in zip(pale, others, strict=True)), (
            f"all but its key: {way}"
        )
        figure.page.mouse.move(5, 5)
        figure.get_by_role("checkbox", name="adam", exact=True).blur()
        assert count_of(figure, colors) == before, way
    assert figure.page.evaluate("sent.length") == 0


def focus_by_key(figure):
    figure.get_by_role("checkbox", name="adadelta", exact=True).focus()
    figure.page.keyboard.press("Tab")
    expect(figure.get_by_role("checkbox", name="adam", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    ("make", "colors"), [(Trajectory, ["gradient", "momentum"]), (LearningRate, ["gradient"])]
)
def test_arrows_are_painted_and_named_while_it_is_on_its_way(opened, make, colors):
    settings = {"momentum": 0.6} if "momentum" in make.controls else {}
    explorer = drawn(make, lr=0.6, **settings)
    figure = opened(explorer)
    (steps,) = [name for name, artist in explorer.artists.items() if isinstance(artist, Steps)]
    style = explorer.scene["styles"][steps]
    expect(figure.locator(".legend")).to_have_text("")
    before = count_of(figure, [style[color] for color in colors])
    figure.get_by_role("slider", name="Update that is shown").fill("3")
    for color in ("gradient", "momentum"):
        expect(figure.locator(".legend")).to_have_text(
            re.compile(color) if color in colors else re.compile("^((?!momentum).)*$")
        )
    after = count_of(figure, [style[color] for color in colors])
    if make is Trajectory:  # which has neither colour on its left panel otherwise
        assert after[1] > before[1] + 20
    assert len(after) == len(colors)


def count_of(figure, colors):
    """How many pixels have each of these colours."""
    picture = painted(figure)
    wanted = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in colors]
    return [int((picture == color).all(axis=2).sum()) for color in wanted]


def test_an_update_that_is_shown_stays_when_a_slider_moves(opened):
    settings = [{"lr": 0.1}, {"lr": 0.5}, {"surface": "himmelblau", "lr": 1.0}]
    slow, fast, broken = [drawn(Trajectory, **values) for values in settings]
    figure = opened(slow, fast, broken)
    figure.get_by_role("slider", name="Update that is shown").fill("12")
    said = figure.locator(".said")
    expect(said).to_have_text(f"update 12 of 100: loss {slow.facts.losses[12]:.3g}")
    figure.page.evaluate("models[0].set('view', models[1].get('view'))")
    expect(said).to_have_text(f"update 12 of 100: loss {fast.facts.losses[12]:.3g}")
    expect(said).to_have_attribute("aria-live", "off")
    figure.page.evaluate("models[0].set('view', models[2].get('view'))")  # is over before update 12
    update, of = shown(figure)
    assert update == of < 12


def test_who_wants_no_movement_sees_a_few_pictures_and_can_step(opened):
    figure = opened(drawn(Trajectory), reduced_motion="reduce")
    clock, pictures = figure.page.clock, []
    press(figure, "Play")
    for _ in range(20):
        clock.run_for(WHOLE // 20)
        pictures.append(figure.evaluate(PICTURE))
    assert 2 <= len(set(pictures)) <= 9
    clock.run_for(WHOLE)
    assert shown(figure) == (100, 100)
    press(figure, "One update back")
    assert shown(figure) == (99, 100)


def test_a_figure_without_a_path_to_play_has_no_play(opened):
    figure = opened(drawn(GradientCheck))
    expect(figure.locator(".motion")).to_be_hidden()
    expect(figure.get_by_role("button", name="Play", exact=True)).to_have_count(0)
