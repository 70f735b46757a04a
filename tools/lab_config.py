"""How `make lab` sets up JupyterLab."""

from pathlib import Path

LIVE_VIEW = "application/vnd.jupyter.widget-view+json"


INSTEAD = {"image/png", "text/markdown"}  # what a figure and a quiz show without a kernel


def keep_pictures_only(model, **_):
    """Save the pictures of figures and the questions of quizzes, not the widgets, which die with the kernel.

    A notebook that is opened again then shows them instead of "model not found".
    """
    if model["type"] != "notebook" or model["content"] is None:
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            if INSTEAD & output.get("data", {}).keys():
                output["data"].pop(LIVE_VIEW, None)


c = get_config()  # noqa: F821 - JupyterLab defines it
c.ContentsManager.pre_save_hook = keep_pictures_only
c.LabApp.app_settings_dir = str(
    Path(__file__).parent / "lab_settings"
)  # no question about news over the figure
c.LanguageServerManager.autodetect = False  # else the type checker of `make lint` reads along: 390 MB, 4 s
