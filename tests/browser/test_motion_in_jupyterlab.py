"""Play in JupyterLab: the page does it, and the kernel hears nothing of it."""

from playwright.sync_api import expect

from course_lib.explorers import Trajectory
from tests.browser.test_motion import press, shown
from tools.lab import write_notebook

# Counts what goes to a kernel, from now on.
COUNT = """() => {
    window.messages = 0;
    const { send } = WebSocket.prototype;
    const words = (data) => (typeof data === "string" ? data : new TextDecoder().decode(data));
    WebSocket.prototype.send = function (data) {
        messages += words(data).includes("comm_msg");
        return send.call(this, data);
    };
    window.countNoMore = () => { WebSocket.prototype.send = send; };
}"""
# Plays until so many different pictures were seen, then pauses.
PLAY = """(figure, wanted) => new Promise((done) => {
    const [canvas, pictures] = [figure.querySelector("canvas"), new Set()];
    const buttons = [...figure.querySelectorAll("button")];
    const press = (word) => buttons.find(({ textContent }) => textContent === word).click();
    const look = () => {
        pictures.add(canvas.toDataURL());
        if (pictures.size < wanted) return requestAnimationFrame(look);
        press("Pause");
        done();
    };
    press("Play");
    look();
})"""


def test_in_jupyterlab_play_sends_no_message(folder, run_notebook, page):
    write_notebook(folder / "motion.ipynb", "from course_lib.explorers import Trajectory\nTrajectory()")
    run_notebook("motion.ipynb")
    figure = page.get_by_role("region", name=Trajectory.title)
    expect(figure).to_have_attribute("aria-busy", "false")
    for _ in range(2):
        press(figure, "Half the speed")  # so that a busy machine has time for so many pictures
    page.evaluate(COUNT)
    figure.evaluate(PLAY, 20)
    update, of = shown(figure)
    assert 0 < update < of
    assert page.evaluate("messages") == 0
    press(figure, "Zigzag")
    expect(figure.locator("figcaption")).to_contain_text("lr 1.9")
    assert page.evaluate("messages") > 0, "what is counted is what is sent"
    page.evaluate("countNoMore()")
