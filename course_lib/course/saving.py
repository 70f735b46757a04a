"""How notebooks are kept: with the pictures of figures, to be seen or heard of without a kernel."""

from html import escape

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
INSTEAD = {"image/png", "text/markdown"}  # what a figure and a quiz show without a kernel
PICTURE, DESCRIBED = "image/png", "text/html"


class PictureKeeper(AsyncLargeFileManager):
    """Saves the pictures of figures and the questions of quizzes, not the widgets, which die with the kernel.

    A notebook that is opened again then shows them instead of "model not found". JupyterLab leaves the
    alternative text of such a picture out; so it is given to JupyterLab as HTML as well, which is not saved.
    """

    async def get(self, path, *arguments, **options):
        model = await super().get(path, *arguments, **options)
        if model["type"] == "notebook" and model["content"]:
            describe_pictures(model["content"])
        return model

    async def save(self, model, path=""):
        if model.get("type") == "notebook" and model.get("content"):
            keep_pictures_only(model["content"])
        return await super().save(model, path)


def describe_pictures(notebook):
    """Give every picture that has an alternative text a form in which JupyterLab shows it."""
    for output in _outputs(notebook):
        if html := _described(output):
            output["data"].setdefault(DESCRIBED, html)


def keep_pictures_only(notebook):
    """Take the live view out of every output that shows something without it, and what ``get`` has put in."""
    for output in _outputs(notebook):
        data = output["data"]
        if INSTEAD & data.keys():
            data.pop(LIVE_VIEW, None)
        if DESCRIBED in data and data[DESCRIBED] == _described(output):
            del data[DESCRIBED]


def _outputs(notebook):
    return [output for cell in notebook["cells"] for output in cell.get("outputs", []) if output.get("data")]


def _described(output):
    """The picture as HTML with its alternative text; nothing where there is none of these."""
    about = output.get("metadata", {}).get(PICTURE, {})
    if PICTURE not in output["data"] or not about.get("alt"):
        return None
    source = f"data:{PICTURE};base64,{output['data'][PICTURE]}"
    return f'<img alt="{escape(about["alt"])}" src="{source}" width="{about.get("width", "")}">'
