"""The text of the page. What is made is written on the way, and said as it came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from examples.listening.media import MEDIA, STAMP, Media

from img2music import Img2Music, Score, Snippet
from img2music.options import COMPOSE, FLOW, LONGEST, PERTURB
from img2music.synthesis.stems import NAMES, STEM_OF
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture

PICTURES = ("classical", "hiphop", "pop", "jazz")
"""The example pictures, each called by the genre that it was drawn for."""
IN_ALL_GENRES = "pop"
"""The picture that is played in every genre, …"""
MOVED = "jazz"
"""… the one whose known piece is moved, …"""
LONG = "classical"
"""… the one that plays as long as any can …"""
FILMED = "jazz"
"""… and the one that there is a film of."""
STRENGTHS: Mapping[float, str] = {
    0.0: "The known piece as it is, only encoded and decoded",
    0.5: "Half the way: listen for what is kept of the known piece, and what has become new",
    1.0: "All of it new: only genre and mood are asked for",
}
_HEADER = """\
# Listen

Pictures, and what came out of them, with models {models}. All of it is the first that came, with seed 0; nothing was
picked by ear. `python examples/documentation.py --only listen` makes this page and its sounds again, and
[{stamp}]({media}/{stamp}) says which models they are of.

A film of one of them, as `--format mp4` makes it: [{film}]({media}/{film}).
"""


def page(img2music: Img2Music, media: Media) -> str:
    """The whole page in Markdown; what it plays is written to `media`."""
    seen = {name: img2music.classify(_picture(name)) for name in PICTURES}
    played = {name: img2music.generate(_picture(name), engine=COMPOSE) for name in PICTURES}
    film = media.film(FILMED, played[FILMED], load_picture(_picture(FILMED)))
    parts = [_HEADER.format(models=media.models, media=MEDIA, stamp=STAMP, film=film)]
    parts += [_one_picture(img2music, media, name, seen[name], played[name]) for name in PICTURES]
    parts += [
        _four_genres(img2music, media, played[IN_ALL_GENRES]),
        _beside_the_paper(img2music, media, played),
        _strengths(img2music, media),
        _longest(img2music, media),
    ]
    return "\n".join(parts)


def _picture(name: str) -> Path:
    return Path(__file__).parents[1] / f"{name}.png"


def _one_picture(img2music: Img2Music, media: Media, name: str, seen: Classification, snippet: Snippet) -> str:
    """A picture with its music, score and stems."""
    score = _score(snippet)
    shown = media.picture(name, load_picture(_picture(name)))
    engraved = media.score(name, score)
    sure = f"{100 * seen.probabilities[snippet.genre]:.0f}\u00a0%"
    stems = "\n".join(_stems(img2music, media, name, snippet))
    return f"""\
## {name}.png

<img src="{MEDIA}/{shown}" alt="The example picture {name}.png">

{escape(snippet.provenance.sentence, quote=False)} It looks like {snippet.genre} ({sure}).

{_player(media.sound(name, snippet), "The music", f"{_facts(score)}. {_what_to_hear(score)}")}

<figure class="listen">
<figcaption><b>The score.</b> What is played, bar by bar; read along from left to right.</figcaption>
<div class="listen-score" tabindex="0"><img src="{MEDIA}/{engraved}" alt="The score of {escape(score.title)}"></div>
</figure>

The same music taken apart, as `--stems` does it; what that writes adds up to the mix.

{stems}
"""


def _stems(img2music: Img2Music, media: Media, name: str, snippet: Snippet) -> Iterator[str]:
    """A player for each stem that is played."""
    score = _score(snippet)
    for number, (stem, sound) in enumerate(img2music.stems(snippet).items()):
        players = [part.name for part in score.parts if STEM_OF[part.role] == number and part.notes]
        if not players:
            continue
        rest = _listed([other for other in NAMES if other != stem])
        caption = f"{_listed(players).capitalize()} alone; listen for what is left of {rest} in the gaps."
        yield _player(media.sound(f"{name}-{stem}", sound), f"Stem: {stem}", caption)


def _four_genres(img2music: Img2Music, media: Media, own: Snippet) -> str:
    """The same picture in each genre."""
    players = [_player(f"{IN_ALL_GENRES}.mp3", own.genre, f"The picture's own genre. {_facts(_score(own))}.")]
    for genre in img2music.genres():
        if genre == own.genre:
            continue
        snippet = img2music.generate(_picture(IN_ALL_GENRES), engine=COMPOSE, genre=genre)
        sound = media.sound(f"{IN_ALL_GENRES}-as-{genre}", snippet)
        players.append(_player(sound, genre, f"{_facts(_score(snippet))}. {_what_to_hear(_score(snippet))}"))
    return f"""\
## One picture in four genres

`{IN_ALL_GENRES}.png` again, with `--genre`. Mood, lightness and course are those of the picture each time; what
changes is the style: listen for the same brightness and liveliness in other instruments.

{_joined(players)}
"""


def _beside_the_paper(img2music: Img2Music, media: Media, played: Mapping[str, Snippet]) -> str:
    """The way of the paper beside ours."""
    players = []
    for name, ours in played.items():
        theirs = img2music.generate(_picture(name), engine=PERTURB, choose="random", genre=ours.genre)
        known = theirs.provenance.embeddings[0].title
        heard = f"{known}: a known piece, drawn at random and moved. Listen for how little it knows of the picture."
        players.append(_player(media.sound(f"{name}-paper", theirs), f"{name}.png as in the paper", heard))
        new = "a new piece, composed for the picture. Listen for a beginning, a course and an end."
        players.append(_player(f"{name}.mp3", f"{name}.png composed", f"{_score(ours).title}: {new}"))
    return f"""\
## The paper's way, and ours

The paper's VAE takes a known embedding of the genre at random, moves it by the picture's feature vector, and decodes
it: `--engine {PERTURB} --choose random`. Ours composes a score for the picture and plays it: `--engine {COMPOSE}`. Both
go through the same decoder, so the difference is in what is played.

{_joined(players)}
"""


def _strengths(img2music: Img2Music, media: Media) -> str:
    """The same known piece, moved little and far."""
    players = []
    for alpha, meaning in STRENGTHS.items():
        snippet = img2music.generate(_picture(MOVED), engine=FLOW, alpha=alpha)
        players.append(_player(media.sound(f"{MOVED}-alpha-{alpha:g}", snippet), f"α = {alpha:g}", f"{meaning}."))
    known = snippet.provenance.embeddings[0].title
    return f"""\
## The strength α

How far the music goes from a known piece, with `--engine {FLOW} --alpha`. For `{MOVED}.png` it begins from
{escape(known)}, which fits the mood of the picture. Listen for how long you recognise the first one in the others.

{_joined(players)}
"""


def _longest(img2music: Img2Music, media: Media) -> str:
    """A piece as long as there can be."""
    snippet = img2music.generate(_picture(LONG), engine=COMPOSE, seconds=LONGEST)
    score = _score(snippet)
    form = _listed([section.name for section in score.sections])
    caption = f"{_facts(score)}. Its sections are {form}: listen for what comes back, and how it has changed."
    return f"""\
## As long as can be

`{LONG}.png` with `--seconds {LONGEST:g}`: as long as a song.

{_player(media.sound(f"{LONG}-long", snippet), f"{snippet.seconds:.0f} seconds", caption)}
"""


def _score(snippet: Snippet) -> Score:
    assert snippet.score is not None  # the engine compose plays one
    return snippet.score


def _facts(score: Score) -> str:
    """Title, length, tempo and instruments in a few words."""
    return f"{score.title}, {score.bars} bars at {score.tempo.initial:.0f} bpm: {_listed(_players(score))}"


def _what_to_hear(score: Score) -> str:
    """What leads, and what it leads over."""
    lead = [part.name for part in score.parts if NAMES[STEM_OF[part.role]] == "melody" and part.notes]
    ground = [part.name for part in score.parts if NAMES[STEM_OF[part.role]] in ("bass", "drums") and part.notes]
    if not lead:
        return "Listen for how the chords move."
    below = f", and for the pulse of {_listed(ground)} below" if ground else ""
    return f"Listen for {_listed(lead)} in front{below}."


def _players(score: Score) -> list[str]:
    return [part.name for part in score.parts if part.notes]


def _player(file: str, title: str, caption: str) -> str:
    """A sound that is loaded when somebody plays it."""
    source, name = f"{MEDIA}/{file}", escape(title)
    return f"""\
<figure class="listen">
<figcaption><b>{name}.</b> {escape(caption, quote=False)}</figcaption>
<audio controls preload="none" src="{source}" aria-label="{name}"><a href="{source}">{file}</a></audio>
</figure>"""


def _joined(players: list[str]) -> str:
    return "\n".join(players)


def _listed(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    return distinct[0] if len(distinct) == 1 else f"{', '.join(distinct[:-1])} and {distinct[-1]}"
