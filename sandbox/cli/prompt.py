"""`moot show RUN --prompt TURN`: what a model was asked, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.cli.output import print_json
from sandbox.cli.session import Console

if TYPE_CHECKING:
    from sandbox.rendering.scene import Scene
    from transcripts import Transcript


def print_prompts(console: Console, transcript: Transcript, scene: Scene, named: str, *, as_json: bool) -> None:
    """Print the prompts of a turn that these eyes may see, in the order of asking, and the answers."""
    from sandbox.prompts import call_data, find_turn, nothing_asked, prompts_of
    from sandbox.rendering.prompt import prompt_lines

    turn = find_turn(transcript, named, scene.threads, sees=scene.sees)
    prompts = [each for each in prompts_of(transcript, turn, scene.seat) if scene.sees_prompt(each.call)]
    if not prompts:
        raise nothing_asked(str(scene.seat))
    if as_json:
        print_json([call_data(prompt, whole=scene.seat is None) for prompt in prompts])
        return
    for place, prompt in enumerate(prompts):
        console.out(*([""] if place else []), *prompt_lines(prompt, scene, console.paint, console.width))
