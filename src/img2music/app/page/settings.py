"""The controls of the page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
from gradio.components import Component

from img2music.app.page.arguments import number, text, truth, whole
from img2music.app.page.parts import as_sent
from img2music.app.studio import EACH, LONGEST, MOST, SEEN, SHORTEST, PageOptions
from img2music.errors import OptionError
from img2music.options import COMPOSE, DEFAULT_SECONDS, DEFAULT_STRENGTHS, FLOW, PERTURB

_STRONGEST = 1.0
_ENGINES = {FLOW: "new music", PERTURB: "the known music, moved", COMPOSE: "a score of its own, played"}
_COUNT = 2
NO_BANK = ""
"""The value in place of a bank's name."""


@dataclass(frozen=True)
class Settings:
    """The controls; `parts` are the inputs of every function that takes `(count, *options)`."""

    count: gr.Slider
    alpha: gr.Slider
    seed: gr.Number
    seconds: gr.Slider
    genre: gr.Dropdown
    loop: gr.Checkbox
    engine: gr.Radio
    bank: gr.Dropdown | gr.State
    """Nothing that is seen unless the user has banks of their own."""
    mono: gr.Checkbox

    @property
    def parts(self) -> list[Component]:
        """The number of snippets, and the controls in the order of the arguments of `read_options`."""
        first = [self.count, self.alpha, self.seed, self.seconds, self.genre, self.loop]
        return [*first, self.engine, self.bank, self.mono]


def draw_settings(genres: tuple[str, ...], engines: tuple[str, ...], banks: tuple[str, ...]) -> Settings:
    """Add the controls to the page that is being built, one for the user's own `banks` only if there are any."""
    choices = [("as the picture looks", SEEN), ("each likely genre in turn", EACH), *((name, name) for name in genres)]
    with gr.Row():
        count = gr.Slider(1, MOST, _COUNT, step=1, label="Snippets side by side", min_width=200)
        alpha = gr.Slider(
            0, _STRONGEST, DEFAULT_STRENGTHS[engines[0]], step=0.05, label="Strength", min_width=200, elem_id="strength"
        )
    with gr.Row():
        seconds = gr.Slider(SHORTEST, LONGEST, DEFAULT_SECONDS, step=1, label="Length in seconds", min_width=200)
        seed = gr.Number(0, label="Seed", precision=0, minimum=0, min_width=200)
    genre = gr.Dropdown(choices, value=SEEN, label="Genre")
    engine = gr.Radio(
        [(_ENGINES[name], name) for name in engines], value=engines[0], label="What is made", elem_id="engine"
    )
    with gr.Row():
        loop = gr.Checkbox(False, label="Loop without a seam")
        mono = gr.Checkbox(False, label="Mono")
    bank: gr.Dropdown | gr.State = gr.State(NO_BANK)
    if banks:
        own = [("what comes with the models", NO_BANK), *((name, name) for name in banks)]
        bank = gr.Dropdown(own, value=NO_BANK, label="Known music", elem_id="bank")
    settings = Settings(
        count, alpha, seed=seed, seconds=seconds, genre=genre, loop=loop, engine=engine, bank=bank, mono=mono
    )
    for part in settings.parts:
        as_sent(part)
    return settings


def read_count(count: object) -> int:
    """The number of snippets. Raises `OptionError`."""
    wanted = whole("count", count)
    if not 1 <= wanted <= MOST:
        raise OptionError(f"count is {wanted}; choose from 1 to {MOST} snippets.")
    return wanted


def read_options(
    alpha: object,
    seed: object,
    seconds: object,
    genre: object,
    loop: object,
    engine: object,
    bank: object = NO_BANK,
    mono: object = False,
) -> PageOptions:
    """The values of the controls as options; an empty seed is 0, an empty engine or bank the default one. Raises
    `OptionError` for a value of the wrong type."""
    return PageOptions(
        number("alpha", alpha),
        0 if seed is None else whole("seed", seed),
        number("seconds", seconds),
        truth("loop", loop),
        engine=text("engine", engine) or None,
        bank=text("bank", bank) or None,
        mono=truth("mono", mono),
        genre=text("genre", genre),
    )


def next_seed(count: object, seed: object, genre: object) -> int:
    """The next seed after those on the page. Raises `OptionError` for a value of the wrong type."""
    first = 0 if seed is None else whole("seed", seed)
    return first + (1 if genre == EACH else read_count(count))
