"""The functions behind the page's buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from img2music.app.cards.card import describe_classification, draw_card, draw_thumbnail, say
from img2music.app.page.changes import read_change
from img2music.app.page.moods import MOODS, mood_in, places
from img2music.app.page.precedence import Precedence
from img2music.app.page.settings import read_count, read_settings
from img2music.app.studio import MOST, PageOptions, Studio, read_upload
from img2music.errors import Img2MusicError

NOTHING_YET = "Drop a picture, paste one or take a photograph: its music starts to be made at once."
_PATIENCE = 20.0  # s that a further snippet waits while first snippets of others are made


@dataclass(frozen=True)
class Job:
    """`count` snippets to make for a picture file with a `thumbnail`."""

    picture: str
    thumbnail: str
    count: int
    options: PageOptions


class Handlers:
    """Makes music in a studio, and gives Gradio what changes on the page."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._precedence = Precedence()

    def start(self, picture: str | None, count: object, put: object, *given: object) -> tuple[Any, ...]:
        """Classify the picture and make the first snippet; the others become a job for `go_on`.

        Returns the reading, the job, all cards, the mood of the picture, and where its sliders are. A picture with
        another mood than the one that has `put` the sliders where they are puts them elsewhere.
        """
        with self._precedence.first():
            return self._start(picture, count, put, *given)

    def _start(self, picture: str | None, count: object, put: object, *given: object) -> tuple[Any, ...]:
        hidden = [gr.HTML(visible=False)] * MOST
        untouched = [gr.skip()] * (1 + MOODS)
        if picture is None:
            return (say(NOTHING_YET), None, *hidden, *untouched)
        try:
            classification = self._studio.classify(picture)
            mood = mood_in(classification)
            options = read_settings(put if put == mood else None, *given)
            job = Job(picture, draw_thumbnail(read_upload(picture)), read_count(count), options)
            sound = self._studio.play(picture, options)
        except Img2MusicError as error:
            return (say(str(error), alert=True), None, *hidden, *untouched)
        card = gr.HTML(draw_card(sound, job.thumbnail), visible=True)
        coming = [gr.HTML(say("Coming …"), visible=True)] * (job.count - 1)
        reading = describe_classification(classification.among(self._studio.genres))
        sliders = untouched if put == mood else [mood, *places(mood)]
        return (reading, job, card, *coming, *hidden[job.count :], *sliders)

    def go_on(self, job: Job | None) -> Iterator[tuple[Any, ...]]:
        """Make the other snippets one after another, while nobody waits for a first one; for all cards but the
        first."""
        if job is None:
            return
        for number in range(1, job.count):
            self._precedence.wait(_PATIENCE)
            try:
                card = draw_card(self._studio.play(job.picture, job.options, number), job.thumbnail)
            except Img2MusicError as error:
                card = say(str(error), alert=True)
            yield _at(number, card)[1:]

    def change(self, asked: object) -> tuple[Any, ...]:
        """Change the music in a card; for all cards. Raises `OptionError`."""
        with self._precedence.first():
            change = read_change(asked)
            sound = change.make(self._studio)
            return _at(change.place, draw_card(sound, draw_thumbnail(sound.picture)))


def _at(place: int, card: str) -> tuple[Any, ...]:
    """A card at its place; the others stay as they are."""
    return tuple(gr.HTML(card, visible=True) if number == place else gr.skip() for number in range(MOST))
