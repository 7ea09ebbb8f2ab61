"""Algorithm 1 of the paper: from a picture to a snippet of music.

picture v → classifier → genre and feature vector v̂
the genre's known embedding l → l̂ = l + α · v̂ → latent flow → the genre's decoder → music

The paper takes a known embedding at random; the default here is one that fits the mood of the picture. And where the
paper only shifts the embedding, the latent flow turns it into new music, unless the engine is the paper's. With the
engine compose, l is the embedding of a score that is composed for the picture, and v̂ moves how it sounds.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path

import numpy as np
from PIL import Image

from img2music.arranging import brightness_over_time, composed, passages_for, written
from img2music.audio.brightening import brightened
from img2music.audio.files.downmix import to_mono
from img2music.audio.files.io import MAX_SECONDS, load_audio, load_stereo
from img2music.audio.level import level, normalise_level
from img2music.audio.limiter import limit_peak
from img2music.audio.loudness import normalise_loudness
from img2music.audio.splice import spliced
from img2music.banks.known_music import KnownMusic
from img2music.briefing import brief_of, mood_asked
from img2music.composition.reading.score_file import ScoreFile
from img2music.content.content import content_of
from img2music.content.sentence import sentence_for, sentence_without_score
from img2music.errors import ModelError, OptionError
from img2music.generation.choice import joined, ranked
from img2music.generation.codec import Encoder
from img2music.generation.flow import Flow, condition_of
from img2music.generation.loop import close_loop, loop_ends
from img2music.generation.mood import Mood, mood_of
from img2music.generation.perturbation import perturb
from img2music.genres import check_genre
from img2music.models.folder import Models, Network
from img2music.options import CHOICES, COMPOSE, FLOW, Options
from img2music.output.provenance import OwnBankFile, Provenance, ScoreSource
from img2music.output.snippet import Snippet, fade
from img2music.stereo.codec import AnyDecoder, StereoDecoder, StereoEncoder, decode, decoder_of
from img2music.synthesis.excitation import excitation
from img2music.synthesis.player import Player
from img2music.synthesis.stems import StemSeparator, separate
from img2music.synthesis.style_code import style_code
from img2music.synthesis.take import AFTER, Take
from img2music.version import __version__
from img2music.vision.classifier import Classification, Classifier
from img2music.vision.picture import load_picture
from img2music.wishes import LEFT_RIGHT, NO_WISHES, Wishes

_FADE = (0.01, 0.25)  # s, at the beginning and at the end
_DECODERS = 16
"""Kept at a time: those of the models, and those that learnt the sound of banks."""


class Img2Music:
    """Trained models that turn pictures into music; each part is loaded when first needed.

    `models` is a folder of trained models, by default the bundled ones.
    """

    def __init__(self, models: str | Path | None = None) -> None:
        self.models = Models(models)
        self._music = KnownMusic(self.models)
        self._decoders = lru_cache(_DECODERS)(partial(decoder_of, self.models))
        self._encoder = cache(lambda genre: Encoder(self.models, genre))
        self._stereo_encoder = cache(lambda genre: StereoEncoder(self.models, genre))
        self._player = cache(lambda genre: Player(self.models, self._decoder(genre)))

    @classmethod
    def from_pretrained(
        cls, source: str | Path, *, revision: str | None = None, local_files_only: bool = False
    ) -> Img2Music:
        """The models in the folder `source`, or those of that name on the Hugging Face Hub.

        A name such as `organisation/name` is fetched at `revision` into the Hub's cache, or with `local_files_only`
        looked up there; that needs the extra `hub`. Raises `ModelError` when there are no such models and `OptionError`
        for a revision of a folder.
        """
        from img2music.hub.pretrained import models_folder

        return cls(models_folder(source, revision, local_files_only))

    def save_pretrained(self, folder: str | Path) -> Path:
        """Write the models, `config.json` and a model card to a folder that can be uploaded to the Hugging Face Hub.

        It appears whole or not at all. An existing folder is replaced if it is empty or holds models and nothing else.
        Returns the folder.
        Raises `OutputError` when it holds anything else or cannot be written.
        """
        from img2music.hub.pretrained import save_models

        return save_models(self.models, Path(folder))

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that these models have, the default first."""
        return self.models.engines

    def genres(self, bank: str | None = None) -> tuple[str, ...]:
        """The genres that there is music for, in the user's own `bank` if one is named. Raises `OptionError`."""
        return self._music.genres(bank)

    @cached_property
    def _flow(self) -> Flow:
        return Flow(self.models)

    @cached_property
    def _classifier(self) -> Classifier:
        return Classifier(self.models)

    def classify(self, picture: str | Path | bytes | Image.Image) -> Classification:
        """Genre probabilities and feature vector of a picture. Raises `PictureError`."""
        return self._classifier(load_picture(picture))

    def generate(
        self,
        picture: str | Path | bytes | Image.Image,
        *,
        alpha: float | None = None,
        seed: int = 0,
        seconds: float | None = None,
        genre: str | None = None,
        loop: bool = False,
        choose: str = CHOICES[0],
        engine: str | None = None,
        blend: bool = False,
        bank: str | None = None,
        wishes: Wishes = NO_WISHES,
        score: str | Path | None = None,
        mono: bool = False,
    ) -> Snippet:
        """A snippet for a picture, in `genre`, or in the likeliest of the genres that are played.

        With `loop` it can be repeated without a seam: whole bars, at most `seconds`. With the user's own `bank` the
        likeliest genre is one that it has. `wishes` are for what is composed, such as `Wishes(bpm=96, key="Bbm")`, and
        `score` is a MIDI file to play instead. The other options are those of `Options`.

        The same picture, options and models give the same samples on the same machine. Raises `PictureError` for a bad
        picture and `OptionError` for an option out of range.
        """
        options = Options(
            alpha=alpha,
            seed=seed,
            seconds=seconds,
            loop=loop,
            choose=choose,
            engine=engine,
            blend=blend,
            bank=bank,
            wishes=wishes,
            score=None if score is None else Path(score),
            mono=mono,
        )
        return self.play(picture, options, genre)

    def play(self, picture: str | Path | bytes | Image.Image, options: Options, genre: str | None = None) -> Snippet:
        """As `generate`."""
        self._check(options, genre)
        return self.render(self.classify(picture), options, genre)

    def play_top(self, picture: str | Path | bytes | Image.Image, top_n: int, options: Options) -> list[Snippet]:
        """One snippet for each of the `top_n` likeliest genres (paper section 4.1), likeliest first."""
        self._check(options, None)
        genres = self.genres(options.bank)
        if not 1 <= top_n <= len(genres):
            raise OptionError(f"top-n is {top_n}; choose from 1 to {len(genres)}.")
        classification = self.classify(picture)
        likeliest = self.likeliest(classification, options.bank)
        return [self.render(classification, options, genre) for genre in likeliest[:top_n]]

    def render(self, classification: Classification, options: Options, genre: str | None = None) -> Snippet:
        """A snippet for a picture that `classify` has seen, in its likeliest genre or in `genre`.

        Nothing else of the picture is needed, so one classification serves for many snippets. Raises `OptionError` for
        an option out of range.
        """
        self._check(options, genre)
        chosen = (self.likeliest(classification, options.bank) or classification.ranking)[0] if genre is None else genre
        return self._render(classification, options, self._check_playable(check_genre(chosen, self.models.classes)))

    def likeliest(self, classification: Classification, bank: str | None = None) -> list[str]:
        """The genres of a picture that can be played, likeliest first; with the user's own `bank` only those that it
        has."""
        playable = self.genres(bank)
        return [genre for genre in classification.ranking if genre in playable]

    def reconstruct(self, audio: str | Path, genre: str, mono: bool = False) -> Snippet:
        """A recording through the encoder and decoder of `genre`, at its own level: what the model can carry.

        At most ten minutes are read. With `mono` the middle of both channels comes back alone. Raises `AudioError` for
        a bad recording and `OptionError` for an unknown genre.
        """
        genre = self._check_playable(check_genre(genre, self.models.classes))
        decoder = self._decoder(genre)
        if isinstance(decoder, StereoDecoder):
            both = load_stereo(audio, decoder.rate, beginning=MAX_SECONDS)
            latents = self._stereo_encoder(genre)(both)
            samples = to_mono(both) if mono else both
        else:
            samples = load_audio(audio, decoder.rate, beginning=MAX_SECONDS)
            latents = self._encoder(genre)(samples)
        decoded = decode(latents, decoder, mono=mono)[: len(samples)]
        levelled = limit_peak(normalise_level(decoded, level(samples)))
        provenance = Provenance(
            reconstruction_of=Path(audio).name, mono=mono, img2music=__version__, models=self.models.version
        )
        return Snippet(levelled, decoder.rate, genre, provenance=provenance)

    def stems(self, snippet: Snippet) -> dict[str, Snippet]:
        """Drums, bass, harmony and melody of a snippet that plays a score: they add up to it, each silent where nothing
        of it is played.

        Raises `OptionError` for a snippet without a score and `ModelError` when the models take none apart.
        """
        if snippet.take is None or snippet.latents is None:
            raise OptionError("Only what is played from a score has stems; choose the engine compose.")
        separator = StemSeparator(self.models, self._decoder(snippet.genre).steps_per_second, snippet.rate)
        found = separate(separator, snippet.take, snippet.latents, samples=snippet.samples, rate=snippet.rate)
        return {name: replace(snippet, samples=stem, take=None, latents=None) for name, stem in found.items()}

    def _render(self, classification: Classification, options: Options, genre: str) -> Snippet:
        engine = options.engine_of(self.engines)
        mood = mood_of(classification.appearance)
        nearest = classification.among(self.genres())
        content = content_of(classification.objects, classification.words, classification.instruments)
        made = Provenance(
            seed=options.seed,
            alpha=options.strength(engine, genre),
            engine=engine,
            blend=options.blend,
            loop=options.loop,
            choose=options.choose,
            mono=options.mono,
            saw=tuple(classification.appearance.words()),
            asked=tuple(mood.words()),
            looks_like=nearest.other or "",
            content=tuple(content.as_list()),
            img2music=__version__,
            models=self.models.version,
        )
        make = self._from_score if engine == COMPOSE else self._from_known_music
        snippet = make(nearest, options, genre, mood, made)
        colour, score = classification.colour, snippet.score
        if score is None:
            sentence = sentence_without_score(content, colour, genre, mood.words())
        else:
            sentence = sentence_for(content, colour, score, options.wishes.read or LEFT_RIGHT)
        told = replace(snippet.provenance, sentence=sentence)
        return replace(snippet, provenance=told, probabilities=classification.probabilities)

    def _from_known_music(
        self, classification: Classification, options: Options, genre: str, mood: Mood, made: Provenance
    ) -> Snippet:
        music = self._music.bank(genre, options.bank)
        bank, decoder = music.bank, self._decoder(genre, music.decoder)
        ranking = ranked(bank, classification.features, mood, options)
        known, played = joined(bank, ranking, decoder.steps_per_second, decoder.steps_for(options.length))
        moved = perturb(known.latents, classification.features, bank.directions, made.alpha)
        if made.engine == FLOW:
            shares = classification.probabilities if options.blend else {genre: 1.0}
            condition = condition_of(shares, mood)
            moved = self._flow(moved[: self._flow.channels], condition, made.alpha, options.seed)
        bars = [bar / decoder.steps_per_second for bar in known.bars]
        made = replace(
            made,
            played=tuple(bank.words(played[0])),
            embeddings=tuple(bank.entries[index].credit for index in played),
            bank=_own_bank(options, music.sha256),
        )
        begin, end = loop_ends(bars, options.length) if options.loop else (0.0, options.length)
        decoded = decode(moved, decoder, options.seed, options.mono)
        samples = _finished(decoded, decoder.rate, begin=begin, end=end, loop=options.loop)
        return Snippet(samples, decoder.rate, genre, provenance=made, latents=moved)

    def _from_score(
        self, classification: Classification, options: Options, genre: str, mood: Mood, made: Provenance
    ) -> Snippet:
        file = None if options.score is None else ScoreFile.read(options.score)
        make = composed if file is None else partial(written, file)
        player, decoder = self._player(genre), self._decoder(genre)
        passages = passages_for(make(classification, options, genre), options, decoder.steps_per_second)
        style, brief = None, passages[-1].take.score.brief
        if brief is not None:
            mood = mood_asked(brief)
            made = replace(made, brief=brief, asked=tuple(mood.words()))
        if file is not None:
            made = replace(made, score=ScoreSource(file.path.name, file.sha256))
        if options.bank is not None:
            music = self._music.bank(genre, options.bank)
            bank, decoder = music.bank, self._decoder(genre, music.decoder)
            lender = ranked(bank, classification.features, mood, options)[0]
            style = style_code(bank.segment(lender, decoder.steps_per_second).latents[: player.channels])
            made = replace(made, embeddings=(bank.entries[lender].credit,), bank=_own_bank(options, music.sha256))
        if style is None:
            style = player.usual_style(passages[0].take.performance, passages[0].take.end + AFTER)

        def played(take: Take) -> tuple[np.ndarray, np.ndarray]:
            latents = player.latents(
                take.performance, take.end + AFTER, classification.features, made.alpha, seed=options.seed, style=style
            )
            tones = partial(excitation, take.performance)
            decoded = decode(latents, decoder, options.seed, options.mono, tones)
            if brief is not None:
                decoded = brightened(decoded, decoder.rate, brightness_over_time(brief, options.loop), take.seconds)
            return latents, _finished(decoded, decoder.rate, begin=take.begin, end=take.end, loop=options.loop)

        latents, samples = played(passages[0].take)
        for passage in passages[1:]:  # a change is heard where it is, and nowhere else
            latents, new = played(passage.take)
            samples = spliced(samples, new, decoder.rate, passage.begin, passage.end, loop=options.loop)
        return Snippet(samples, decoder.rate, genre, provenance=made, take=passages[-1].take, latents=latents)

    def _decoder(self, genre: str, own: Network | None = None) -> AnyDecoder:
        """The decoder of a genre, or the user's `own` for it."""
        return self._decoders(genre, own)

    def _check(self, options: Options, genre: str | None) -> None:
        options.check()
        if genre is not None:
            check_genre(genre, self.models.classes)
        if options.engine_of(self.engines) == COMPOSE and COMPOSE not in self.engines:
            raise ModelError(
                f"{self.models.folder} has no networks that play scores, which the engine compose needs; choose the "
                f"engine {' or '.join(self.engines)}, or other models."
            )
        brief_of(options.wishes)

    def _check_playable(self, genre: str) -> str:
        if genre not in self.models.genres:
            raise ModelError(f"{self.models.folder} has no models of {genre}; train and export them.")
        return genre


def _own_bank(options: Options, sha256: str | None) -> OwnBankFile | None:
    return OwnBankFile(options.bank, sha256) if options.bank and sha256 else None


def _finished(decoded: np.ndarray, rate: int, begin: float, end: float, loop: bool) -> np.ndarray:
    """Decoded samples `(T,)` or `(T, 2)` at `rate` Hz from `begin` to `end` in s, faded or closed to a loop, at the
    loudness of all snippets."""
    if loop:
        return close_loop(decoded, rate, begin, end)
    return normalise_loudness(fade(decoded[round(begin * rate) : round(end * rate)], rate, *_FADE), rate)
