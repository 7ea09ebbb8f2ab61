"""The controls of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import gradio as gr
from gradio.components import Component

from img2music.app.page.arguments import number, text, truth, whole
from img2music.app.page.moods import MOODS, draw_moods, put_back, read_moods
from img2music.app.page.parts import QUICKLY, as_sent
from img2music.app.studio import EACH, LONGEST, MOST, SEEN, SHORTEST, PageOptions
from img2music.composition.brief import MODES
from img2music.errors import OptionError
from img2music.options import COMPOSE, DEFAULT_SECONDS, DEFAULT_STRENGTHS, FLOW, PERTURB
from img2music.wishes import NO_WISHES, ORDERS, Wishes

_STRONGEST = 1.0
_ENGINES = {COMPOSE: "a score of its own, played", FLOW: "new out of known music", PERTURB: "known music, moved"}
_COUNT = 2
_WISHED = 4
"""Controls of what is composed, besides the mood."""
OPEN = ""
"""The value of a control that leaves it to the picture."""
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
    bpm: gr.Number
    mode: gr.Dropdown
    instruments: gr.Textbox
    read: gr.Dropdown
    bank: gr.Dropdown | gr.State
    """Nothing that is seen unless the user has banks of their own."""
    mono: gr.Checkbox
    put: gr.State
    """Where the latest picture has put the sliders of the mood."""
    moods: list[gr.Slider]

    @property
    def parts(self) -> list[Component]:
        """The number of snippets, and the controls in the order of the arguments of `read_settings`."""
        wished = [self.bpm, self.mode, self.instruments, self.read]
        first = [self.alpha, self.seed, self.seconds, self.genre, self.loop]
        return [self.count, self.put, *self.moods, *wished, *first, self.engine, self.bank, self.mono]


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
    with gr.Accordion("Mood, from where the picture puts it", open=False, elem_id="mood"):
        put, moods = gr.State(None), draw_moods()
        back = gr.Button("As the picture says", size="sm", elem_id="mood-back")
        back.click(put_back, put, moods, **QUICKLY)
    with gr.Accordion("What is composed, instead of what the picture says", open=False):
        with gr.Row():
            bpm = gr.Number(None, label="Tempo in beats per minute", min_width=160)
            mode = gr.Dropdown([("as the picture says", OPEN), *((name, name) for name in MODES)], label="Mode")
        instruments = gr.Textbox("", label="Instruments, such as piano, bass, drums")
        orders = [("from left to right", OPEN), *((name, name) for name in ORDERS[1:])]
        read = gr.Dropdown(orders, value=OPEN, label="How the picture is read")
    bank: gr.Dropdown | gr.State = gr.State(NO_BANK)
    if banks:
        own = [("what comes with the models", NO_BANK), *((name, name) for name in banks)]
        bank = gr.Dropdown(own, value=NO_BANK, label="Known music", elem_id="bank")
    settings = Settings(
        count,
        alpha,
        seed=seed,
        seconds=seconds,
        genre=genre,
        loop=loop,
        engine=engine,
        bpm=bpm,
        mode=mode,
        instruments=instruments,
        read=read,
        bank=bank,
        mono=mono,
        put=put,
        moods=moods,
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


def read_settings(*values: object) -> PageOptions:
    """The values of all controls but the number of snippets; what is wished for means the engine compose. Raises
    `OptionError` for a value of the wrong type."""
    put, *given = values
    moods, wished = given[:MOODS], given[MOODS : MOODS + _WISHED]
    wishes = read_wishes(read_moods(moods, put if isinstance(put, dict) else None), *wished)
    options = read_options(*given[MOODS + _WISHED :])
    return options if wishes == NO_WISHES else replace(options, wishes=wishes, engine=COMPOSE)


def read_wishes(mood: Mapping[str, float], bpm: object, mode: object, instruments: object, read: object) -> Wishes:
    """What is asked for instead of what the picture says; what is empty is left to it. Raises `OptionError` for a value
    of the wrong type."""
    return Wishes(
        mood=mood or None,
        bpm=None if bpm is None else number("bpm", bpm),
        mode=text("mode", mode) or None,
        instruments=text("instruments", instruments) or None,
        read=text("read", read) or None,
    )


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
