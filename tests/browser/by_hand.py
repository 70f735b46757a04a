"""Each kind of control of a figure, moved by keyboard and by mouse to another value than its first."""

from playwright.sync_api import expect


def by_keyboard(figure, label, control):
    moved = figure.get_by_label(label, exact=True)
    key = "Space"
    if control.kind == "slider":
        key = "ArrowLeft" if control.value == control.high else "ArrowRight"
    elif control.kind == "choice":
        key = "ArrowUp" if control.value == control.options[-1] else "ArrowDown"
    elif control.kind == "point":
        key = "ArrowUp"
    elif control.kind == "buttons":
        moved = moved.get_by_role("button").first
    elif control.kind == "several":
        moved = moved.get_by_role("checkbox").first
    moved.focus()
    figure.page.keyboard.press(key)
    expect(moved).to_be_focused()


def by_mouse(figure, label, control):
    moved = figure.get_by_label(label, exact=True)
    if control.kind == "slider":
        drag(moved, 0.35, 0.7)
    elif control.kind == "choice":
        moved.select_option(next(option for option in control.options if option != control.value))
    elif control.kind == "point":
        drag(figure.locator(".grip"), 0.5, 2.5)
    elif control.kind == "buttons":
        moved.get_by_role("button").last.click()
    elif control.kind == "several":
        moved.get_by_role("checkbox").last.click()
    else:
        moved.click()


def drag(handle, start, end):
    handle.scroll_into_view_if_needed()
    box, mouse = handle.bounding_box(), handle.page.mouse
    middle = box["y"] + box["height"] / 2
    mouse.move(box["x"] + start * box["width"], middle)
    mouse.down()
    mouse.move(box["x"] + end * box["width"], middle, steps=3)
    mouse.up()


def labelled(controls):
    return [(control.label or name.replace("_", " "), control) for name, control in controls.items()]
