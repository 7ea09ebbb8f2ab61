"""The targets by their names, and the share of the cases that each gets: what is quick to read gets more, and what
starts a process for each case is only run by its name."""

from __future__ import annotations

from pathlib import Path

from .target import Target

SHARES = {
    "pictures": 0.32,
    "recordings": 0.2,
    "containers": 0.04,
    "models": 0.12,
    "recipes": 0.1,
    "sidecars": 0.12,
    "briefs": 0.05,
    "scores": 0.03,
    "origins": 0.02,
    "environments": 0.0,
}


def target_of(name: str, folder: Path) -> Target:
    """A target that works in `folder`; only its own imports are made."""
    if name == "pictures":
        from .inputs.pictures import Pictures

        return Pictures(folder)
    if name == "recordings":
        from .inputs.recordings import Recordings

        return Recordings(folder)
    if name == "containers":
        from .inputs.containers import Containers

        return Containers(folder)
    if name == "models":
        from .inputs.models_folders import ModelsFolders

        return ModelsFolders(folder)
    if name == "environments":
        from .inputs.environments import Environments

        return Environments(folder)
    if name == "briefs":
        from .inputs.briefs import Briefs

        return Briefs(folder)
    if name == "origins":
        from .inputs.origins import Origins

        return Origins(folder)
    if name == "scores":
        from .inputs.scores import Scores

        return Scores(folder)
    from .inputs.texts import Recipes, Sidecars

    return {"recipes": Recipes, "sidecars": Sidecars}[name](folder)
