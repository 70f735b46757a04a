"""How notebooks are saved: with the pictures of figures, so that they are seen without a kernel."""

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
INSTEAD = {"image/png", "text/markdown"}  # what a figure and a quiz show without a kernel


class PictureKeeper(AsyncLargeFileManager):
    """Saves the pictures of figures and the questions of quizzes, not the widgets, which die with the kernel.

    A notebook that is opened again then shows them instead of "model not found".
    """

    async def save(self, model, path=""):
        if model.get("type") == "notebook" and model.get("content"):
            keep_pictures_only(model["content"])
        return await super().save(model, path)


def keep_pictures_only(notebook):
    """Take the live view out of every output that shows something without it."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if INSTEAD & output.get("data", {}).keys():
                output["data"].pop(LIVE_VIEW, None)
