"""Free voices in counterpoint: first their pitches where the harmony changes, then the notes between."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from img2music.composition.chance import pick, stream
from img2music.composition.plan import Plan
from img2music.composition.styles.classical.counterpoint.subject import Subject
from img2music.composition.styles.classical.melody.motifs import Slot, Tone, candidates, move_cost
from img2music.composition.styles.classical.skeleton import Event, Frame
from img2music.composition.theory.roman import Harmony, pitch
from img2music.composition.theory.voice_leading import FORBIDDEN, Range, best_path, is_parallel

_CONTOUR_PULL = 0.3
"""What a semitone away from the middle costs a voice that follows a contour."""


@dataclass(frozen=True)
class Voice:
    """One of the voices: its number from above, its range, and the number of the phrase."""

    number: int
    reach: Range
    phrase: int


def harmonic_voices(
    plan: Plan, events: Sequence[Event], given: Sequence[Mapping[int, int]], ranges: Sequence[Range]
) -> tuple[list[int], ...]:
    """Soprano, alto and bass where the harmony changes; `given` are the pitches of the subject, by event. The upper
    voices follow the contour of the plan."""
    written: dict[int, list[int]] = {}
    for voice in (2, 0, 1):
        fixed = list(written.values())
        written[voice] = _harmonic_voice(plan, events, given, ranges, voice, fixed)
    return tuple(written[voice] for voice in range(3))


def _harmonic_voice(
    plan: Plan,
    events: Sequence[Event],
    given: Sequence[Mapping[int, int]],
    ranges: Sequence[Range],
    voice: int,
    fixed: Sequence[Sequence[int]],
) -> list[int]:
    subjects = [notes for other, notes in enumerate(given) if other != voice]

    def around(index: int) -> list[int]:
        return [line[index] for line in fixed] + [notes[index] for notes in subjects if index in notes]

    options = []
    for index, event in enumerate(events):
        if index in given[voice]:
            options.append([(0.0, given[voice][index])])
            continue
        others = {p % 12 for p in around(index)}
        below = max(fixed[0][index] + 1 if voice != 2 else 0, ranges[voice].low - 3)
        above = fixed[1][index] if voice == 1 else 127
        lift = 0.0 if voice == 2 else plan.lift(event.start)
        options.append(_tones(event.chord, ranges[voice], voice == 2, others, below, above, lift))

    def between(index: int, before: int, after: int) -> float:
        size = abs(after - before)
        cost = size * 0.22 + (3.0 if size > 9 and size != 12 else 0.0)
        one = events[index - 1].chord
        if before % 12 == one.leading and after - before not in (0, 1):
            cost += 8.0 if voice != 1 or after - before != -4 else 2.0
        if before % 12 == one.seventh and after - before not in (0, -1, -2):
            cost += 8.0
        for a, b in zip(around(index - 1), around(index), strict=False):
            low, high = (before, a) if before < a else (a, before)
            new_low, new_high = (after, b) if before < a else (b, after)
            if is_parallel(low, high, new_low, new_high):
                cost += FORBIDDEN
        return cost

    return best_path(options, between)


def _tones(
    chord: Harmony, reach: Range, bass: bool, others: set[int], below: int, above: int, lift: float
) -> list[tuple[float, int]]:
    centre = (reach.low + reach.high) / 2 + lift
    pull = _CONTOUR_PULL if lift else 0.05
    found = []
    for place in range(max(reach.low, below), min(reach.high, above) + 1):
        tone = place % 12
        if tone not in chord.tones:
            continue
        cost = pull * abs(place - centre)
        if bass:
            cost += 0.0 if tone == chord.bass else 1.5 if tone in chord.tones[:2] else 6.0
        else:
            doubled = tone in others
            cost += (9.0 if tone in (chord.leading, chord.seventh) else 0.8) if doubled else 0.0
            if chord.tones[1] not in others and tone != chord.tones[1]:
                cost += 1.2
        found.append((cost, place))
    return found or [(0.0, next(p for p in range(reach.low, reach.low + 12) if p % 12 in chord.tones))]


def free_slots(
    plan: Plan,
    frame: Frame,
    pitches: Sequence[int],
    following: int | None,
    voice: Voice,
    subject: Subject,
) -> list[Slot]:
    """Where a voice has notes, from the pitches that it has where the harmony changes: a countersubject, fragments."""
    slots = []
    episode = getattr(frame.phrase, "voice", -1) < 0
    for index, (event, at) in enumerate(zip(frame.events, pitches, strict=True)):
        target = pitches[index + 1] if index + 1 < len(pitches) else following
        step = _step(at, event.chord)
        final = frame.phrase.last and event is frame.events[-1]
        if final:
            slots.append(Slot(event.start, event.length, event.chord, True, True, step))
            continue
        for offset, length, away in _figure(plan, frame, event, index, voice, subject, episode, step, target):
            strong = plan.metre.strength(event.start + offset) >= 0.5
            slots.append(Slot(event.start + offset, length, event.chord, offset == 0, strong, step + away))
    return slots


def _step(place: int, chord: Harmony) -> int:
    """The diatonic step of a pitch of a chord."""
    guess = round((place - pitch(0, chord)) * 7 / 12)
    return min(range(guess - 2, guess + 3), key=lambda step: abs(pitch(step, chord) - place))


def _figure(
    plan: Plan,
    frame: Frame,
    event: Event,
    index: int,
    voice: Voice,
    subject: Subject,
    episode: bool,
    step: int,
    target: int | None,
) -> list[tuple[float, float, int]]:
    """Notes of an event as (offset, length, steps above its first)."""
    leads = (index + voice.number + frame.phrase.first) % 2 == 0
    if episode and leads and voice.number < 2 and not frame.phrase.last:
        origin = subject[0][2]
        head = [(o, n, s - origin) for o, n, s in subject if o < event.length - 1e-6]
        return [(o, min(n, event.length - o), s) for o, n, s in head]
    rng = stream(plan.seed, "countersubject", frame.phrase.theme if not episode else index, voice.number, index)
    seconds = event.length * 60 / plan.tempo.initial
    rate = (1.4 + 3.6 * plan.mood.density) * (1.0 if voice.number != 2 else 0.8)
    wanted = max(rate * seconds, 1.0)
    counts = {1: 1.0, 2: 1.5, 4: 1.5, 8: 0.6}
    if round(event.length * 4) % 3 == 0:
        counts = {1: 0.8, 2: 0.6, 3: 2.0, 6: 1.0}
    count = pick(rng, {n: w * 0.25 ** abs(n - wanted) for n, w in counts.items()})
    direction = 0
    if target is not None:
        direction = 1 if target > pitch(step, event.chord) else -1
    shape = pick(rng, {"toward": 3, "away": 1.5, "turn": 1})
    unit = event.length / count
    moves = {"toward": direction, "away": -direction, "turn": 0}[shape]
    return [(i * unit, unit, moves * i if moves else (0, -1, 0, 1)[i % 4]) for i in range(count)]


def _sounding(line: Sequence[Tone], beat: float) -> int | None:
    low, high = 0, len(line)
    while low < high:
        middle = (low + high) // 2
        if line[middle].start <= beat + 1e-6:
            low = middle + 1
        else:
            high = middle
    return line[low - 1].pitch if low and line[low - 1].start + line[low - 1].length > beat + 1e-6 else None


_ELSEWHERE = 4.0
"""What it costs to sing another tone of the chord than the harmony gave a voice."""


def fitted(
    slots: Sequence[Slot], reach: Range, others: Sequence[Sequence[Tone]], fixed: Collection[float]
) -> list[Tone]:
    """The voice that sings best in these slots beside the others, without parallels to any of them. Where the harmony
    changes it has the pitch that is wanted, or to avoid parallels another tone of the chord, but for beats that are
    `fixed`."""
    sounding = [[_sounding(line, slot.start) for line in others] for slot in slots]
    sounded = [[_sounding(line, slot.start - 0.01) for line in others] for slot in slots]
    options = []
    for slot in slots:
        at = pitch(slot.wanted, slot.chord)
        if slot.anchor:
            near = [] if slot.start in fixed else candidates(slot.chord, slot.wanted, True, reach.low, reach.high)
            found = [(_ELSEWHERE + cost, tone) for cost, tone in near if tone[2] and tone[0] != slot.wanted]
            options.append([(0.0, (slot.wanted, at, True)), *found])
        else:
            free = candidates(slot.chord, slot.wanted, slot.strong, reach.low - 5, reach.high + 5)
            options.append(list(free) or [(0.0, (slot.wanted, at, False))])

    def between(index: int, before: tuple[int, int, bool], after: tuple[int, int, bool]) -> float:
        cost = move_cost(index, before, after) + (0.9 if before[1] == after[1] else 0.0)
        for a, b in zip(sounded[index], sounding[index], strict=True):
            if a is None or b is None:
                continue
            low, high = (before[1], a) if before[1] < a else (a, before[1])
            new_low, new_high = (after[1], b) if before[1] < a else (b, after[1])
            if is_parallel(low, high, new_low, new_high):
                cost += 12.0
            elif not slots[index].anchor and abs(after[1] - b) % 12 in (1, 11):
                cost += 1.5
        return cost

    return [
        Tone(slot.start, slot.length, step, at, slot.chord)
        for slot, (step, at, _) in zip(slots, best_path(options, between), strict=True)
    ]
